/** Functions of the user's own in FROM: `LATERAL TABLE(f(x))`, and alone `FROM TABLE(f('a'))`, `FROM f('a')`. */
import type { TableRef } from '../1-parse/ast.ts';
import { bindProcessCall } from './bind-process-call.ts';
import { brokenRel, exprEnv, type QueryEnv } from './bind-query.ts';
import { bindUserArguments, reportUnreadable } from './bind-user-call.ts';
import { functionSummary, type RegisteredFunction } from './function-catalog.ts';
import { problems } from './messages.ts';
import type { Rel } from './rel.ts';
import { EMPTY_SCOPE, type Scope } from './scope.ts';

type FunctionRef = Extract<TableRef, { kind: 'function' }>;

/** The rows of a call. `left`: the tables before it, whose columns LATERAL sees. */
export function bindUserTable(fn: RegisteredFunction, table: FunctionRef, env: QueryEnv, left: Scope | undefined): Rel {
  const { declaration } = fn;
  const { call } = table;
  if (declaration === null) {
    reportUnreadable(fn, call.name.span, env.cx);
    return brokenRel(table.span);
  }
  switch (declaration.form) {
    case 'scalar':
      env.cx.report(problems.notTableFunction(functionSummary(fn, call.name.parts.at(-1)?.name ?? fn.name)), call.span);
      return brokenRel(table.span);
    case 'process':
      return bindProcessCall(fn, declaration, call, env);
    case 'table': {
      const isLateral = table.lateral && left !== undefined;
      const scope: Scope = { ...EMPTY_SCOPE, parent: isLateral ? left : env.parent };
      const args = bindUserArguments(fn, declaration.args, call, exprEnv(env, scope, 'table function'));
      if (args === undefined) return brokenRel(table.span);
      const rel: Rel = {
        kind: 'table-function',
        name: fn.name,
        user: { name: fn.name, path: fn.path },
        deterministic: declaration.deterministic,
        args,
        schema: declaration.returns,
        span: table.span,
      };
      if (isLateral) return rel;
      // Alone it is called once: for each row of one row without columns.
      const once: Rel = { kind: 'values', rows: [[]], schema: [] };
      return { kind: 'correlate', type: 'inner', left: once, right: rel, schema: rel.schema, span: table.span };
    }
  }
}
