/**
 * `Diagnostic`: a mistake in the user's program, as a value. Phases collect diagnostics and go on;
 * nothing throws them. The text is rendered by the phase's message file, and `code` never changes
 * its meaning once released, so that pages and tests can refer to it.
 */
import type { Span, TextEdit } from './span.ts';

/** Where in the way from text to rows a mistake was found. The names are those of expected.json. */
export type Phase = 'parse' | 'validate' | 'plan' | 'run';

/** A repair that the editor can offer: one click applies all edits. */
export interface QuickFix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

/** One mistake (or warning) in a script. */
export interface Diagnostic {
  /** Stable, `phase/short-name`, for example `validate/unknown-column`. Never reused. */
  readonly code: string;
  readonly phase: Phase;
  readonly severity: 'error' | 'warning' | 'info';
  /** What is wrong. Flink's own wording where Flink has an equivalent message. */
  readonly message: string;
  /** Where in the script; absent when the mistake has no place in the text. */
  readonly span?: Span;
  /** What to do about it, a sentence. */
  readonly hint?: string;
  /** The node on the canvas, when known (see `program/graph.ts`). */
  readonly nodeId?: string;
  /** The Java class of Flink's exception, when known: kept so that outputs compare with Flink's. */
  readonly flinkClass?: string;
  readonly fixes?: readonly QuickFix[];
  /** Where in a TypeScript file, when the mistake is there: the path as in `CREATE FUNCTION`; counted from 1. */
  readonly file?: { readonly path: string; readonly line: number; readonly column: number };
}

/**
 * A user's mistake that shows itself only while rows flow (a cast of bad text, a division by zero).
 * It unwinds the row being processed; the engine turns it into a `Diagnostic` of phase `run` and
 * stops the job. The one place where a user's mistake is thrown, because generated expression code
 * has no other way out of the middle of a row.
 */
export class RunError extends Error {
  override readonly name = 'RunError';
  readonly code: string;
  readonly flinkClass: string;
  readonly hint: string | undefined;
  /** Where in a TypeScript file, when code of the user's own failed. */
  readonly file: Diagnostic['file'];

  constructor(code: string, message: string, flinkClass: string, hint?: string, file?: Diagnostic['file']) {
    super(message);
    this.code = code;
    this.flinkClass = flinkClass;
    this.hint = hint;
    this.file = file;
  }
}
