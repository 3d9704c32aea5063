/** The library has no types of its own. */
declare module 'snappyjs' {
  export function compress(bytes: Uint8Array): Uint8Array;
  /** Throws when the bytes are not snappy's, or longer than `lengthMax`. */
  export function uncompress(bytes: Uint8Array, lengthMax?: number): Uint8Array;
}
