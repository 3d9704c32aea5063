/**
 * The behaviour words of JSON functions as arguments: `NULL ON EMPTY` and its like become symbol
 * arguments after the written ones, in the order that the functions in `functions/` document.
 */
import type { Expr, JsonOptions } from '../1-parse/ast.ts';
import { bindType } from './bind-type.ts';
import type { BoundExpr } from './bound-expr.ts';
import type { BindContext } from './context.ts';

/** Extra arguments for a JSON function; none for any other function. */
export function jsonArguments(
  name: string,
  json: JsonOptions | undefined,
  bind: (e: Expr) => BoundExpr,
  cx: BindContext,
): readonly BoundExpr[] {
  if (json === undefined || !name.startsWith('JSON_')) return [];
  const out: BoundExpr[] = [];
  const symbol = (text: string): void => {
    out.push({ kind: 'symbol', symbol: text, type: { kind: 'SYMBOL', nullable: false } });
  };
  if (json.returning !== undefined) {
    symbol('RETURNING');
    out.push({ kind: 'literal', value: null, type: bindType(json.returning, cx) });
  }
  if (json.wrapper !== undefined) symbol(`${json.wrapper} WRAPPER`);
  if (json.onEmpty !== undefined) {
    symbol(`${json.onEmpty.kind} ON EMPTY`);
    if (json.onEmpty.value !== undefined) out.push(bind(json.onEmpty.value));
  }
  if (json.onError !== undefined) {
    symbol(`${json.onError.kind} ON ERROR`);
    if (json.onError.value !== undefined) out.push(bind(json.onError.value));
  }
  if (json.onNull !== undefined) symbol(`${json.onNull} ON NULL`);
  return out;
}
