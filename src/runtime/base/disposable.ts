/** Things that hold a resource and give it back once. */

/** Has something to give back; `dispose` may be called twice and then does nothing. */
export interface Disposable {
  dispose(): void;
}
