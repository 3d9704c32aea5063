/** An ordered store in memory: for tests, and for recordings that need not outlive the process. */
import type { OrderedStore, StoreOperation } from './ordered-store.ts';

/** Entries held in memory, in order of their keys' bytes. */
export class MemoryOrderedStore implements OrderedStore {
  readonly #entries = new Map<string, readonly [Uint8Array, Uint8Array]>();

  get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.#entries.get(textOf(key))?.[1]);
  }

  batch(operations: readonly StoreOperation[]): Promise<void> {
    for (const operation of operations) {
      if (operation.kind === 'delete') this.#entries.delete(textOf(operation.key));
      else this.#entries.set(textOf(operation.key), [operation.key.slice(), operation.value.slice()]);
    }
    return Promise.resolve();
  }

  scan(from: Uint8Array, to: Uint8Array, countMax: number): Promise<ReadonlyArray<readonly [Uint8Array, Uint8Array]>> {
    const low = textOf(from);
    const high = textOf(to);
    const keys = [...this.#entries.keys()].filter((key) => key >= low && key < high).sort();
    return Promise.resolve(keys.slice(0, countMax).map((key) => this.#entries.get(key) as [Uint8Array, Uint8Array]));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** All entries in order: a test may damage the values in place. */
  entries(): ReadonlyArray<readonly [Uint8Array, Uint8Array]> {
    return [...this.#entries.keys()].sort().map((key) => this.#entries.get(key) as [Uint8Array, Uint8Array]);
  }

  /** An independent copy. */
  copy(): MemoryOrderedStore {
    const copy = new MemoryOrderedStore();
    for (const [text, [key, value]] of this.#entries) copy.#entries.set(text, [key.slice(), value.slice()]);
    return copy;
  }
}

/** Key bytes as text whose order is that of the bytes. */
function textOf(key: Uint8Array): string {
  let text = '';
  for (const byte of key) text += String.fromCharCode(byte);
  return text;
}
