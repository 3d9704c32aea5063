/** A mistake as a value without a place, and how it becomes a diagnostic. The texts are in `messages.ts`. */
import type { Diagnostic, Phase } from '../../base/diagnostic.ts';
import type { Span } from '../../base/span.ts';

/** A mistake without its place in the text. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly flinkClass?: string;
  /** Where Flink notices it; `validate` unless said. */
  readonly phase?: Phase;
  readonly severity?: Diagnostic['severity'];
}

/** Flink's class for mistakes that its validator (Calcite) finds. */
export const SQL_VALIDATOR = 'org.apache.calcite.sql.validate.SqlValidatorException';
/** Flink's class for mistakes that Flink itself finds. */
export const VALIDATION = 'org.apache.flink.table.api.ValidationException';
/** Flink's class for what the planner cannot do. */
export const TABLE_EXCEPTION = 'org.apache.flink.table.api.TableException';

/** A mistake that Calcite's validator finds. */
export function validator(code: string, message: string, hint?: string): Problem {
  return { code: `validate/${code}`, message, flinkClass: SQL_VALIDATOR, hint };
}

/** A mistake that Flink's own validation finds. */
export function validation(code: string, message: string, hint?: string): Problem {
  return { code: `validate/${code}`, message, flinkClass: VALIDATION, hint };
}

/** What Flink's planner does not do. */
export function unsupported(code: string, message: string, hint?: string): Problem {
  return { code: `plan/${code}`, message, flinkClass: TABLE_EXCEPTION, phase: 'plan', hint };
}

/** Turns a problem into a diagnostic at a place. */
export function diagnosticOf(problem: Problem, span?: Span): Diagnostic {
  const { code, message, hint, flinkClass, phase, severity } = problem;
  return { code, message, hint, flinkClass, phase: phase ?? 'validate', severity: severity ?? 'error', span };
}
