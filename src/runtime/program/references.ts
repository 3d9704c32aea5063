/**
 * Which tables a query reads: every `FROM x`, `JOIN x`, `TABLE x` that is not the name of a common
 * table expression, with the places in the text that depend on how the table is called. From it come
 * the input ports of a node, and the exact edits when a port is wired elsewhere or a table renamed.
 *
 * Scoping follows Calcite: a name of WITH hides tables inside its query and in later WITH items (not
 * in its own); an alias hides the table's own name; inner FROM hides outer FROM.
 */
import { unreachable } from '../base/assert.ts';
import type { Span } from '../base/span.ts';
import type { Expr, Identifier, QualifiedName, Query, QueryBody, Select, TableRef } from '../sql/1-parse/ast.ts';
import { forEachChild, forEachWindowChild } from './walk.ts';

/** One place where a query reads a table. */
export interface TableReference {
  readonly name: QualifiedName;
  /** Written alias; absent when columns are qualified with the table's own name. */
  readonly alias?: Identifier;
  /** The alias or the last part of the name: what people call this input. */
  readonly label: string;
  /** `FOR SYSTEM_TIME AS OF` stands after it. */
  readonly asOf: boolean;
  /** Argument of a table function: `TABLE x` inside a call. */
  readonly argument: boolean;
  /** Spans of the `x` in `x.column` and `x.*` that mean this reference (or its alias). */
  readonly qualifiers: readonly Span[];
  /** Spans of the hints that speak of this reference by its label: `STATE_TTL('orders' = '1d')`. */
  readonly hints: readonly Span[];
}

type Mutable = Omit<TableReference, 'qualifiers' | 'hints' | 'argument'> & {
  readonly qualifiers: Span[];
  readonly hints: Span[];
  argument: boolean;
};

/** Names visible to the expressions of one SELECT; `null`: a derived table, nothing to rewrite. */
interface Frame {
  readonly names: Map<string, Mutable | null>;
  readonly parent: Frame | null;
}

/** Names of WITH that hide tables, innermost first. */
interface CteScope {
  readonly names: ReadonlySet<string>;
  readonly parent: CteScope | null;
}

/** All references of a query in the order of the text. Cost: linear in the tree. */
export function collectReferences(query: Query): readonly TableReference[] {
  const collector = new Collector();
  collector.query(query, null, null);
  return collector.found.sort((a, b) => a.name.span.start - b.name.span.start);
}

class Collector {
  readonly found: Mutable[] = [];

  query(query: Query, ctes: CteScope | null, outer: Frame | null): void {
    let scope = ctes;
    for (const item of query.with) {
      this.query(item.query, scope, outer);
      scope = { names: new Set([item.name.name]), parent: scope };
    }
    const frame = this.#body(query.body, scope, outer);
    for (const item of query.orderBy) this.#expr(item.expr, scope, frame);
  }

  /** Returns the frame that ORDER BY behind the body sees. */
  #body(body: QueryBody, ctes: CteScope | null, outer: Frame | null): Frame | null {
    let rest = body;
    // Chains of UNION ALL are left-deep and may be long: a loop instead of recursion.
    while (rest.kind === 'set-operation') {
      this.#body(rest.right, ctes, outer);
      rest = rest.left;
    }
    switch (rest.kind) {
      case 'select': {
        const frame = this.#select(rest, ctes, outer);
        return rest === body ? frame : outer;
      }
      case 'values':
        for (const row of rest.rows) for (const expr of row) this.#expr(expr, ctes, outer);
        return outer;
      case 'table':
        this.#add(rest.name, undefined, { asOf: false, argument: false }, ctes);
        return outer;
      case 'nested':
        this.query(rest.query, ctes, outer);
        return outer;
      default:
        return unreachable(rest);
    }
  }

  #select(select: Select, ctes: CteScope | null, outer: Frame | null): Frame {
    const frame: Frame = { names: new Map(), parent: outer };
    const later: (() => void)[] = [];
    if (select.from) this.#declare(select.from, frame, ctes, later);
    for (const run of later) run();
    for (const hint of select.hints) {
      const named = new Set(hint.args.flatMap((arg) => [arg.key, arg.value]));
      for (const name of named) if (name !== undefined) frame.names.get(name)?.hints.push(hint.span);
    }
    for (const item of select.items) this.#expr(item.expr, ctes, frame);
    if (select.where) this.#expr(select.where, ctes, frame);
    for (const item of select.groupBy?.items ?? []) this.#group(item, ctes, frame);
    if (select.having) this.#expr(select.having, ctes, frame);
    for (const window of select.windows) forEachWindowChild(window.spec, this.#visitor(ctes, frame));
    if (select.qualify) this.#expr(select.qualify, ctes, frame);
    return frame;
  }

  #group(item: NonNullable<Select['groupBy']>['items'][number], ctes: CteScope | null, frame: Frame): void {
    switch (item.kind) {
      case 'expr':
        this.#expr(item.expr, ctes, frame);
        return;
      case 'grouping-sets':
        for (const inner of item.items) this.#group(inner, ctes, frame);
        return;
      case 'cube':
      case 'rollup':
        for (const exprs of item.items) for (const expr of exprs) this.#expr(expr, ctes, frame);
        return;
      case 'set':
        for (const expr of item.exprs) this.#expr(expr, ctes, frame);
        return;
      default:
        unreachable(item);
    }
  }

  /** Puts the names of FROM into the frame; expressions in it wait until all names are known. */
  #declare(table: TableRef, frame: Frame, ctes: CteScope | null, later: (() => void)[]): void {
    const hide = (alias: { readonly name: Identifier } | undefined): void => {
      if (alias) frame.names.set(alias.name.name, null);
    };
    switch (table.kind) {
      case 'table': {
        const asOf = table.asOf;
        const reference = this.#add(table.name, table.alias?.name, { asOf: asOf !== undefined, argument: false }, ctes);
        frame.names.set(table.alias?.name.name ?? lastPart(table.name), reference);
        if (!table.alias && table.name.parts.length > 1) frame.names.set(pathKey(table.name.parts), reference);
        if (asOf) later.push(() => this.#expr(asOf, ctes, frame));
        return;
      }
      case 'derived':
        hide(table.alias);
        later.push(() => this.query(table.query, ctes, frame));
        return;
      case 'function':
        hide(table.alias);
        later.push(() => this.#expr(table.call, ctes, frame));
        return;
      case 'unnest':
        hide(table.alias);
        later.push(() => {
          for (const expr of table.operands) this.#expr(expr, ctes, frame);
        });
        return;
      case 'join': {
        const rights: Extract<TableRef, { kind: 'join' }>[] = [];
        let left: TableRef = table;
        while (left.kind === 'join') {
          rights.push(left);
          left = left.left;
        }
        this.#declare(left, frame, ctes, later);
        for (const join of rights.reverse()) {
          this.#declare(join.right, frame, ctes, later);
          const condition = join.condition;
          if (condition?.kind === 'on') later.push(() => this.#expr(condition.expr, ctes, frame));
        }
        return;
      }
      case 'match-recognize': {
        // Only PARTITION BY and ORDER BY speak of the input by its name; the rest of the clause knows
        // pattern variables alone.
        const inner: Frame = { names: new Map(), parent: frame };
        this.#declare(table.input, inner, ctes, later);
        hide(table.alias);
        later.push(() => {
          for (const key of table.match.partitionBy) this.#expr(key, ctes, inner);
          for (const item of table.match.orderBy) this.#expr(item.expr, ctes, inner);
        });
        return;
      }
      case 'values':
        hide(table.alias);
        later.push(() => {
          for (const row of table.rows) for (const expr of row) this.#expr(expr, ctes, frame.parent);
        });
        return;
      case 'paren':
        if (table.alias) {
          this.#declare(table.table, { names: new Map(), parent: frame }, ctes, later);
          hide(table.alias);
        } else this.#declare(table.table, frame, ctes, later);
        return;
      case 'error':
        return;
      default:
        unreachable(table);
    }
  }

  #visitor(ctes: CteScope | null, frame: Frame | null): Parameters<typeof forEachChild>[1] {
    return {
      expr: (child) => this.#expr(child, ctes, frame),
      query: (query) => this.query(query, ctes, frame),
      table: (table) => this.#argument(table, ctes, frame),
    };
  }

  #expr(expr: Expr, ctes: CteScope | null, frame: Frame | null): void {
    if (expr.kind === 'column') {
      if (frame && expr.name.parts.length > 1) markQualifier(expr.name, expr.name.parts.length - 1, frame);
      return;
    }
    if (expr.kind === 'star') {
      if (frame && expr.qualifier) markQualifier(expr.qualifier, expr.qualifier.parts.length, frame);
      return;
    }
    if (expr.kind === 'table-arg') {
      // `TABLE x PARTITION BY k`: k may be written x.k.
      const inner: Frame = { names: new Map(), parent: frame };
      const later: (() => void)[] = [];
      this.#declare(expr.table, inner, ctes, later);
      const last = this.found.at(-1);
      if (last && expr.table.kind === 'table' && last.name === expr.table.name) last.argument = true;
      for (const run of later) run();
      for (const key of expr.partitionBy ?? []) this.#expr(key, ctes, inner);
      for (const item of expr.orderBy ?? []) this.#expr(item.expr, ctes, inner);
      return;
    }
    forEachChild(expr, this.#visitor(ctes, frame));
  }

  #argument(table: TableRef, ctes: CteScope | null, frame: Frame | null): void {
    const later: (() => void)[] = [];
    this.#declare(table, { names: new Map(), parent: frame }, ctes, later);
    for (const run of later) run();
  }

  #add(
    name: QualifiedName,
    alias: Identifier | undefined,
    how: { readonly asOf: boolean; readonly argument: boolean },
    ctes: CteScope | null,
  ): Mutable | null {
    if (name.parts.length === 1 && isCte(lastPart(name), ctes)) return null;
    const label = alias?.name ?? lastPart(name);
    const reference: Mutable = {
      name,
      label,
      asOf: how.asOf,
      argument: how.argument,
      qualifiers: [],
      hints: [],
      ...(alias ? { alias } : {}),
    };
    this.found.push(reference);
    return reference;
  }
}

function isCte(name: string, ctes: CteScope | null): boolean {
  for (let scope = ctes; scope; scope = scope.parent) if (scope.names.has(name)) return true;
  return false;
}

function lastPart(name: QualifiedName): string {
  return name.parts.at(-1)?.name ?? '';
}

function pathKey(parts: readonly Identifier[]): string {
  return parts.map((part) => part.name).join('\u0000');
}

/** Notes the longest prefix of at most `countMax` parts that names a table of the nearest frame that knows it. */
function markQualifier(name: QualifiedName, countMax: number, frame: Frame): void {
  const first = name.parts[0];
  for (let scope: Frame | null = frame; scope && first; scope = scope.parent) {
    for (let count = Math.min(countMax, 3); count >= 1; count -= 1) {
      const reference = scope.names.get(pathKey(name.parts.slice(0, count)));
      if (reference === undefined) continue;
      const last = name.parts[count - 1] ?? first;
      reference?.qualifiers.push({ start: first.span.start, end: last.span.end });
      return;
    }
  }
}
