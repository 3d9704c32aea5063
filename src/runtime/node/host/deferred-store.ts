/**
 * An ordered store that is still being made: what is asked of it waits until it is there. Making a database
 * takes as long as hundreds of rows, and a run need not wait for it to show its first ones.
 */
import type { Result } from '../../base/result.ts';
import type { OrderedStore, StoreOperation } from '../../seams/ordered-store.ts';

/** A store in front of another one that comes later, or never: then everything fails with its reason. */
export class DeferredStore implements OrderedStore {
  readonly #store: Promise<OrderedStore>;

  constructor(made: Promise<Result<OrderedStore>>) {
    this.#store = made.then((result) => {
      if (!result.ok) throw new Error(result.error.message.replace(/\.$/, ''));
      return result.value;
    });
    // Whoever asks hears of the failure; nobody asking is no reason to break down.
    this.#store.catch(() => {});
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return (await this.#store).get(key);
  }

  async batch(operations: readonly StoreOperation[], options: { readonly sync: boolean }): Promise<void> {
    await (await this.#store).batch(operations, options);
  }

  async scan(
    from: Uint8Array,
    to: Uint8Array,
    countMax: number,
  ): Promise<ReadonlyArray<readonly [Uint8Array, Uint8Array]>> {
    return (await this.#store).scan(from, to, countMax);
  }

  async close(): Promise<void> {
    const store = await this.#store.catch(() => null);
    await store?.close();
  }
}
