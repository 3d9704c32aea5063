/** A file of an export: what the whole room makes, and nothing in it touches a disk. */

/** Path with forward slashes from the root of the export; text, or bytes that are copied as they are. */
export type ExportFile = TextFile | BytesFile;

/** A file of text, written as UTF-8. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
  /** A program: gets the right to be run. */
  readonly isProgram?: boolean;
}

/** A file that is copied as it is. */
export interface BytesFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}
