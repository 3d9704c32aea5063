/** Shorthands for writing function definitions: most are "these forms, this result, that code". */
import type { LogicalType } from '../../data/logical-type.ts';
import { withNullable } from '../../data/type-rules.ts';
import type {
  ArgumentInfo,
  Determinism,
  EmitContext,
  FunctionDoc,
  Mismatch,
  Resolved,
  ScalarFunction,
} from './function.ts';
import { anyNullable, type Form, isMismatch, type MessageStyle, matchForms } from './typing.ts';

/** What `define` needs; see `ScalarFunction` for what is left out. */
export interface Definition {
  readonly name: string;
  readonly signature: string;
  readonly text: string;
  readonly example?: string;
  readonly forms: readonly Form[];
  /** `bridged`: Flink's own function, with Flink's messages; default. */
  readonly style?: MessageStyle;
  readonly determinism?: Determinism;
  readonly nulls?: 'strict' | 'own';
  /**
   * Result type, from the arguments after casting. Its nullability is overruled by `nullability`.
   * A function may refuse the call here with a message.
   */
  readonly result:
    | LogicalType
    | ((types: readonly LogicalType[], args: readonly ArgumentInfo[]) => LogicalType | Mismatch);
  /** `args` (default): nullable when an argument is. `always`: may give NULL by itself. `never`. `as-is`: what `result` says. */
  readonly nullability?: 'args' | 'always' | 'never' | 'as-is';
  /** Code, or a run-time function that takes the argument values. */
  readonly emit?: ScalarFunction['emit'];
  readonly call?: (...args: never[]) => unknown;
}

/** Makes functions of one category from short definitions. */
export function define(category: FunctionDoc['category'], definitions: readonly Definition[]): ScalarFunction[] {
  return definitions.map((d) => defineOne(category, d));
}

function defineOne(category: FunctionDoc['category'], d: Definition): ScalarFunction {
  const doc: FunctionDoc = {
    signature: d.signature,
    text: d.text,
    category,
    ...(d.example === undefined ? {} : { example: d.example }),
  };
  return {
    name: d.name,
    determinism: d.determinism ?? 'deterministic',
    nulls: d.nulls ?? 'strict',
    doc,
    resolve: (args) => resolveForms(d, args),
    emit: d.emit ?? emitCall(d.call),
  };
}

function resolveForms(d: Definition, args: readonly ArgumentInfo[]): Resolved | Mismatch {
  const argTypes = matchForms(d.name, args, d.forms, d.style ?? 'bridged');
  if (isMismatch(argTypes)) return argTypes;
  const type = typeof d.result === 'function' ? d.result(argTypes, args) : d.result;
  if ('message' in type) return type;
  switch (d.nullability ?? 'args') {
    case 'args':
      return { type: withNullable(type, anyNullable(args)), argTypes };
    case 'always':
      return { type: withNullable(type, true), argTypes };
    case 'never':
      return { type: withNullable(type, false), argTypes };
    case 'as-is':
      return { type, argTypes };
  }
}

/** Code that calls a run-time function with the arguments. */
export function emitCall(run: Definition['call']): ScalarFunction['emit'] {
  return (args: readonly string[], _types: readonly LogicalType[], _result: LogicalType, cx: EmitContext) =>
    `${cx.constant(run)}(${args.join(', ')})`;
}
