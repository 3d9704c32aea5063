/** Type of the data that a dragged palette item carries: the palette and the canvas agree on it here. */
export const PALETTE_DATA_TYPE = 'application/x-millrace-palette';
