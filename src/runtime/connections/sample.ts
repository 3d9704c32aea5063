/** A record of a topic as it was looked at, before anything is known of its format. */

/** Bytes of a key or value may be cut off; `valueSizeBytes` says how many there were. */
export interface Sample {
  readonly partition: number;
  readonly offset: number;
  /** Null: it has none. */
  readonly timestampMs: number | null;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly { readonly name: string; readonly value: Uint8Array | null }[];
  readonly valueSizeBytes: number;
}
