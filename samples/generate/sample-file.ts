/** One file of a sample: path from the samples folder, with `/`, and its whole text. */
export interface SampleFile {
  readonly path: string;
  readonly text: string;
}
