/** Where the caret stands: as an offset of the script, as a line and column of the open TypeScript file. */
import { create } from 'zustand';

/** The carets; null before the first click into their editor. */
export const useCaret = create<{
  readonly offset: number | null;
  readonly file: { readonly line: number; readonly column: number } | null;
}>(() => ({ offset: null, file: null }));
