/** Things that hold a resource and give it back once. */

/** Has something to give back; `dispose` may be called twice and then does nothing. */
export interface Disposable {
  dispose(): void;
}

/** Collects disposables where they are created and gives all back in reverse order. */
export class DisposableStore implements Disposable {
  readonly #items: Disposable[] = [];

  /** Registers and returns `item`. */
  add<T extends Disposable>(item: T): T {
    this.#items.push(item);
    return item;
  }

  /** Registers a function to run at disposal. */
  defer(run: () => void): void {
    this.#items.push({ dispose: run });
  }

  dispose(): void {
    for (let item = this.#items.pop(); item !== undefined; item = this.#items.pop()) item.dispose();
  }
}
