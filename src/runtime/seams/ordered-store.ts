/** An ordered key-value store for snapshots, recordings and spilled state. `node/` has LevelDB behind it. */

/** One change of a batch. */
export type StoreOperation =
  | { readonly kind: 'put'; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly kind: 'delete'; readonly key: Uint8Array };

/** Keys are ordered by their bytes. A batch is applied as a whole or not at all. */
export interface OrderedStore {
  get(key: Uint8Array): Promise<Uint8Array | undefined>;
  batch(operations: readonly StoreOperation[], options: { readonly sync: boolean }): Promise<void>;
  /** Entries with `from` ≤ key < `to`, in order, at most `countMax`. */
  scan(from: Uint8Array, to: Uint8Array, countMax: number): Promise<ReadonlyArray<readonly [Uint8Array, Uint8Array]>>;
  close(): Promise<void>;
}
