/** Which TypeScript file the centre shows, and the place in it that was asked for. */
import { create } from 'zustand';
import { projectPath } from '../../runtime/base/project-path.ts';
import { useSettings } from './settings.ts';

/** A place in a file, counted from 1. */
export interface FilePlace {
  readonly line: number;
  readonly column: number;
}

interface OpenFileState {
  /** Null: none was opened yet. */
  readonly path: string | null;
  /** Asks the editor of that file to go there; a new object is a new request. */
  readonly reveal: ({ readonly path: string } & FilePlace) | null;
}

/** The open file. */
export const useOpenFile = create<OpenFileState>(() => ({ path: null, reveal: null }));

/** Shows a file in the large editor, at a place when one is given. */
export function showFile(path: string, place: FilePlace | null = null): void {
  const known = projectPath(path);
  useOpenFile.setState({
    path: known,
    reveal: place === null ? null : { path: known, line: place.line, column: place.column },
  });
  useSettings.setState({ centreTab: 'file' });
}

/** Closes the large editor of a file; the canvas comes back when it was shown. */
export function closeFile(): void {
  useOpenFile.setState({ path: null, reveal: null });
  if (useSettings.getState().centreTab === 'file') useSettings.setState({ centreTab: 'canvas' });
}
