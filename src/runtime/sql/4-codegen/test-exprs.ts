/** Builds bound expressions by hand for the tests of this room, with the casts that the binder would put in. */
import { assert, present } from '../../base/assert.ts';
import type { LogicalType, Schema } from '../../data/logical-type.ts';
import { sameType } from '../../data/type-rules.ts';
import type { Value } from '../../data/value.ts';
import type { BoundExpr } from '../2-bind/bound-expr.ts';
import { scalarFunction } from '../functions/registry.ts';

/** A constant. */
export function literalOf(value: Value, type: LogicalType): BoundExpr {
  return { kind: 'literal', value, type };
}

/** A keyword. */
export function symbolOf(symbol: string): BoundExpr {
  return { kind: 'symbol', symbol, type: { kind: 'SYMBOL', nullable: false } };
}

/** A column of a schema. */
export function column(schema: Schema, name: string): BoundExpr {
  const index = schema.findIndex((f) => f.name === name);
  return { kind: 'input', index, type: present(schema[index], `column ${name}`).type };
}

/** A call typed by the function itself; stops when the function refuses it. */
export function bindCall(name: string, ...args: readonly BoundExpr[]): BoundExpr {
  const fn = present(scalarFunction(name), name);
  const resolved = fn.resolve(
    args.map((a) => ({
      type: a.type,
      ...(a.kind === 'literal' ? { literal: a.value } : {}),
      ...(a.kind === 'symbol' ? { symbol: a.symbol } : {}),
    })),
  );
  assert(!('message' in resolved), `${name} refuses: ${'message' in resolved ? resolved.message : ''}`);
  const cast = args.map((arg, i): BoundExpr => {
    const type = present(resolved.argTypes[i], 'argument type');
    if (arg.kind === 'symbol' || sameType(arg.type, type, { ignoreNullability: true })) return arg;
    return { kind: 'cast', operand: arg, type, safe: false, implicit: true };
  });
  return { kind: 'call', fn, args: cast, type: resolved.type };
}

/** CASE WHEN a THEN b ELSE c END, typed as `b`, nullable. */
export function caseOf(when: BoundExpr, value: BoundExpr, otherwise: BoundExpr): BoundExpr {
  return { kind: 'case', branches: [{ when, then: value }], otherwise, type: { ...value.type, nullable: true } };
}
