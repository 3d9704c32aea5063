/**
 * Tests and tools run on Node 20, but the types are those of Node 18, so that the program cannot use
 * what the oldest Electron lacks. What tests may use beyond that stands here.
 */
interface ImportMeta {
  /** Folder of the module's file. */
  readonly dirname: string;
}
