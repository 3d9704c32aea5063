/** Calls as Flink writes them when nothing matches: `f(<NUMERIC>, <COLUMN_LIST>)`, `f(input => <RecordType(INTEGER v)>)`. */
import type { Schema } from '../../data/logical-type.ts';
import { typeToDigest } from '../../data/type-text.ts';
import type { Argument, Expr } from '../1-parse/ast.ts';
import { bindExpr } from './bind-expr.ts';
import { bindFrom } from './bind-from.ts';
import { exprEnv, type QueryEnv } from './bind-query.ts';
import type { BoundExpr } from './bound-expr.ts';
import { EMPTY_SCOPE, type Scope } from './scope.ts';

/** Type family of an argument as Flink's "No match found" prints it. */
export function argumentFamily(expr: BoundExpr): string {
  const { kind } = expr.type;
  if (kind === 'CHAR' || kind === 'VARCHAR') return 'CHARACTER';
  if (['TINYINT', 'SMALLINT', 'INT', 'BIGINT', 'DECIMAL', 'FLOAT', 'DOUBLE'].includes(kind)) return 'NUMERIC';
  return typeToDigest(expr.type).replace(/\(.*$/, '');
}

/** `RecordType(VARCHAR(2147483647) k, TIMESTAMP(3) *ROWTIME* ts)`: the row of a table argument. */
export function recordDigest(schema: Schema): string {
  const fields = schema.map(({ name, type }) => {
    const attribute = 'timeAttribute' in type ? type.timeAttribute : undefined;
    return `${typeToDigest(type)}${attribute === undefined ? '' : ` *${attribute.toUpperCase()}*`} ${name}`;
  });
  return `RecordType(${fields.join(', ')})`;
}

/** What kind of thing an argument in FROM is, as nobody else has bound it. Reports nothing. */
export function familyOf(written: Expr, env: QueryEnv, left?: Scope): string {
  return env.cx.silently(() => {
    switch (written.kind) {
      case 'descriptor':
        return '<COLUMN_LIST>';
      case 'table-arg':
        return `<${recordDigest(bindFrom(written.table, env).rel.schema)}>`;
      default: {
        const scope: Scope = { ...EMPTY_SCOPE, parent: left ?? env.parent };
        return `<${argumentFamily(bindExpr(written, exprEnv(env, scope, 'table function')))}>`;
      }
    }
  });
}

/** Arguments of a call in FROM, with their names where they have some. */
export function writtenFamilies(args: readonly Argument[], env: QueryEnv, left?: Scope): readonly string[] {
  return args.map(({ name, value }) => `${name === undefined ? '' : `${name.name} => `}${familyOf(value, env, left)}`);
}
