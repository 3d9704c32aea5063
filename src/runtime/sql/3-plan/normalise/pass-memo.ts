/**
 * Remembers what a pass made of a relation. Views share their trees between all statements that read
 * them, so a deep chain of views is rewritten once for a script and not once for each reader.
 */
import type { Rel } from '../../2-bind/rel.ts';

/** Results by pass and relation, for one plan. */
export class PassMemo {
  readonly #passes = new Map<string, WeakMap<Rel, Rel>>();

  /** The result of `pass` for `rel`, computed the first time. */
  of(pass: string, rel: Rel, compute: (rel: Rel) => Rel): Rel {
    let results = this.#passes.get(pass);
    if (results === undefined) {
      results = new WeakMap();
      this.#passes.set(pass, results);
    }
    const known = results.get(rel);
    if (known !== undefined) return known;
    const made = compute(rel);
    results.set(rel, made);
    return made;
  }
}
