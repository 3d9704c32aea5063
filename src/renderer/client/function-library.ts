/**
 * The text of the library that functions import, for the editor to check them against. It comes through
 * this room like all that the window has from the engine's side; it is text, and nothing of it runs here.
 */
export { LIBRARY_NAME, LIBRARY_TEXT } from '../../runtime/udf/library-text.ts';
