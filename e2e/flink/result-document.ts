/**
 * The document that a run of one script gives, from real Flink and from Millrace alike
 * (`millrace run JOB.sql --format json` prints the same shape).
 */
import { readFileSync } from 'node:fs';

/** Text as `CAST(x AS STRING)` gives it; ARRAY and ROW as arrays, MAP as an array of pairs. */
export type DocumentValue = string | null | readonly DocumentValue[];

export type DocumentRow = readonly [kind: '+I' | '-U' | '+U' | '-D', values: readonly DocumentValue[]];

/** Rows of one query, or what reached one `print` sink. `statement` counts from 1. */
export interface DocumentResult {
  readonly type: 'query' | 'sink';
  readonly statement?: number;
  readonly table?: string;
  readonly columns: readonly (readonly [name: string, type: string])[];
  readonly rows: readonly DocumentRow[];
}

export interface DocumentError {
  readonly statement?: number;
  readonly phase: 'parse' | 'validate' | 'plan' | 'run';
  readonly class?: string;
  readonly message: string | null;
  readonly outer?: { readonly class: string; readonly message: string | null };
}

export interface ResultDocument {
  readonly flink?: string;
  readonly results: readonly DocumentResult[];
  readonly error?: DocumentError;
}

/** Checks only what the comparison relies on; throws with `origin` in the message. */
export function parseResultDocument(text: string, origin: string): ResultDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${origin}: not a JSON document: ${text.slice(0, 300)}`);
  }
  if (typeof value !== 'object' || value === null || !Array.isArray((value as { results?: unknown }).results)) {
    throw new Error(`${origin}: a document without results: ${text.slice(0, 300)}`);
  }
  return value as ResultDocument;
}

export function readResultDocument(path: string): ResultDocument {
  return parseResultDocument(readFileSync(path, 'utf8'), path);
}

/** How a result is called in rules and reports: the table of a sink, `statement N` for a query. */
export function resultName(result: DocumentResult): string {
  return result.type === 'sink' ? (result.table ?? '?') : `statement ${result.statement ?? '?'}`;
}
