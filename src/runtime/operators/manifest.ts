/**
 * What an operator says about itself to people: the palette, the inspector, EXPLAIN and the pages read
 * it. Plain data, so that the renderer can have it too.
 */

/** The family gives the icon its colour. */
export type OperatorFamily = 'source' | 'stateless' | 'stateful' | 'sink';

/** Description of one kind of operator. */
export interface OperatorManifest {
  readonly title: string;
  readonly family: OperatorFamily;
  /** Name of a Lucide icon. */
  readonly icon: string;
  readonly inputs: readonly string[];
  /** What it takes and what it sends, in one sentence. */
  readonly changelog: string;
  /** What it keeps and what makes that shrink; null for stateless operators. */
  readonly state: string | null;
  /** One or two sentences on what it does. */
  readonly doc: string;
  /** The Flink class it answers to. */
  readonly flink: string;
}
