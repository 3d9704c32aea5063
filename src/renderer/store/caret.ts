/** Where the caret of the script editor stands, as an offset of the text; null before the first click into it. */
import { create } from 'zustand';

/** The caret. */
export const useCaret = create<{ readonly offset: number | null }>(() => ({ offset: null }));
