/** A small JSON file with a shape: settings, window state, recent projects. Written atomically. */
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type * as z from 'zod/mini';

/** A value kept in a file. A missing file is the default; a broken one too, but it is kept aside. */
export class JsonStore<T> {
  readonly #file: string;
  readonly #shape: z.ZodMiniType<T>;
  readonly #initial: T;
  readonly #mode: number | null;

  /** `mode`: rights of the file, for what not everybody on this machine may read. */
  constructor(file: string, shape: z.ZodMiniType<T>, initial: T, { mode = null }: { mode?: number | null } = {}) {
    this.#file = file;
    this.#shape = shape;
    this.#initial = initial;
    this.#mode = mode;
  }

  read(): T {
    let text: string;
    try {
      text = readFileSync(this.#file, 'utf8');
    } catch {
      return this.#initial;
    }
    try {
      return this.#shape.parse(JSON.parse(text));
    } catch {
      // Somebody may want to look at what broke; the app goes on.
      try {
        renameSync(this.#file, `${this.#file}.broken`);
      } catch {
        // A file that cannot be moved is overwritten by the next write.
      }
      return this.#initial;
    }
  }

  /** Writes or throws: for what the user asked to keep. */
  write(value: T): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    const options = this.#mode === null ? {} : { mode: this.#mode };
    writeFileAtomic.sync(this.#file, `${JSON.stringify(value, null, 2)}\n`, options);
  }

  /** Writes what nobody misses: a full disk must not stop a project from opening or a window from closing. */
  tryWrite(value: T): void {
    try {
      this.write(value);
    } catch (error) {
      console.error(`could not write ${this.#file}:`, error);
    }
  }
}
