/**
 * Plans queries and inserts: normalise → drafts by the operators' rules → kinds of change bottom up →
 * update kinds top down → physical nodes, equal ones shared.
 *
 * All statements of one call form one plan, so what they have in common runs once. Flink: `StreamPlanner`,
 * `FlinkChangelogModeInferenceProgram`, `SubplanReuser`.
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Span } from '../../base/span.ts';
import { isKnownTimeZone } from '../../data/time-zone.ts';
import type { BoundExpr } from '../2-bind/bound-expr.ts';
import type { ConnectorCatalog } from '../2-bind/context.ts';
import { conjunction, conjuncts } from '../2-bind/expr-tools.ts';
import { diagnosticOf, type Problem } from '../2-bind/problem.ts';
import type { BoundInsert, Rel, RelOf } from '../2-bind/rel.ts';
import type { Session } from '../2-bind/session.ts';
import { relKey } from '../2-bind/tree-keys.ts';
import { mayMerge, nonDeterministicCall, renamesInternal } from './calc-merge.ts';
import { isInsertOnly, kindsText } from './changelog-mode.ts';
import { digest } from './digest.ts';
import {
  describe,
  projectedKeys,
  projectedMonotonicity,
  projectedSchema,
  projectedWindow,
  withNode,
} from './draft-tools.ts';
import { exprText } from './expr-text.ts';
import { planProblems } from './messages.ts';
import { normalise, pruneAll } from './normalise/normalise.ts';
import { PassMemo } from './normalise/pass-memo.ts';
import { substitute } from './normalise/push-filters.ts';
import type { ChangelogMode, ModifyKindSet, PhysicalNode, PhysicalPlan, UpdateKind } from './physical.ts';
import { collectDraft, sinkDraft } from './plan-roots.ts';
import type { Draft, PlanContext, PlanRule } from './rule.ts';

/** A statement to plan. */
export type PlanInput = BoundInsert | { readonly kind: 'query'; readonly rel: Rel };

/** How to plan. */
export interface PlanOptions {
  /** Keep physical nodes for what the canvas shows; costs a little more work per row. */
  readonly taps?: boolean;
}

/** What planning gives. Statements with an error are not in the plan; a plan with errors must not run. */
export interface PlanResult {
  readonly plan: PhysicalPlan;
  readonly diagnostics: readonly Diagnostic[];
}

/** Plans statements as one job. */
export function plan(
  statements: readonly PlanInput[],
  rules: readonly PlanRule[],
  session: Session,
  connectors: ConnectorCatalog,
  options: PlanOptions = {},
): PlanResult {
  const planner = new Planner(rules, session, connectors, options.taps ?? false);
  return planner.run(statements);
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

class Planner implements PlanContext {
  readonly session: Session;
  readonly connectors: ConnectorCatalog;
  readonly batch: boolean;
  readonly taps: boolean;
  readonly #rules: readonly PlanRule[];
  readonly #diagnostics: Diagnostic[] = [];
  readonly #drafts = new Map<string, Draft>();
  readonly #kinds = new Map<Draft, ModifyKindSet>();
  readonly #built = new Map<Draft, Map<UpdateKind, PhysicalNode | null>>();
  readonly #nodes = new Map<string, Mutable<PhysicalNode>>();
  /** Of process functions. */
  readonly #uids = new Set<string>();
  readonly #calcRule: PlanRule | undefined;
  /** Canvas node of the statement being planned. */
  #nodeId: string | undefined;

  constructor(rules: readonly PlanRule[], session: Session, connectors: ConnectorCatalog, taps: boolean) {
    this.#rules = rules;
    this.session = session;
    this.connectors = connectors;
    this.taps = taps;
    this.batch = session.batch;
    this.#calcRule = rules.find((r) => r.kind === 'calc');
  }

  run(statements: readonly PlanInput[]): PlanResult {
    const report = (problem: Problem, span?: Span): void => this.report(problem, span);
    const { session, connectors, taps } = this;
    if (statements.length > 0 && !isKnownTimeZone(session.timeZone)) report(planProblems.timeZone());
    const memo = new PassMemo();
    const rels: { readonly statement: PlanInput; readonly rel: Rel }[] = [];
    for (const statement of statements) {
      this.#nodeId = (statement.kind === 'query' ? statement.rel : statement.query).nodeId;
      const rel = normalise(statement.kind === 'query' ? statement.rel : statement.query, {
        session,
        connectors,
        taps,
        report,
        memo,
      });
      if (rel !== undefined) rels.push({ statement, rel });
    }
    const pruned = pruneAll(
      rels.map((r) => r.rel),
      taps,
    );
    const roots: PhysicalNode[] = [];
    for (const [i, { statement }] of rels.entries()) {
      const rel = pruned[i];
      if (rel === undefined) continue;
      this.#nodeId = (statement.kind === 'query' ? statement.rel : statement.query).nodeId;
      const root = this.#root(statement, rel);
      if (root !== undefined) roots.push(root);
    }
    return { plan: ordered(roots), diagnostics: this.#diagnostics };
  }

  report(problem: Problem, span?: Span): void {
    const same = this.#diagnostics.some(
      (d) => d.code === problem.code && d.message === problem.message && d.span?.start === span?.start,
    );
    if (same) return;
    const diagnostic = diagnosticOf(problem, span);
    this.#diagnostics.push(this.#nodeId === undefined ? diagnostic : { ...diagnostic, nodeId: this.#nodeId });
  }

  #root(statement: PlanInput, rel: Rel): PhysicalNode | undefined {
    const before = this.#diagnostics.length;
    const input = this.plan(rel);
    const failed = (): boolean => this.#diagnostics.slice(before).some((d) => d.severity === 'error');
    if (failed()) return undefined;
    const kinds = this.kindsOf(input);
    if (failed()) return undefined;
    if (statement.kind === 'query') {
      const root = collectDraft(input);
      const node = this.#build(root, kinds.update ? 'before-and-after' : 'none');
      if (node === null) this.report(planProblems.noPlan(), statement.rel.span);
      return node ?? undefined;
    }
    const candidates = sinkDraft(statement, input, kinds, this);
    if (failed()) return undefined;
    for (const { draft, updates } of candidates) {
      const node = this.#build(draft, updates);
      if (node !== null) return node;
    }
    this.report(planProblems.noPlan(), statement.span);
    return undefined;
  }

  // ---------------------------------------------------------------- drafts

  plan(rel: Rel): Draft {
    const key = relKey(rel);
    const known = this.#drafts.get(key);
    if (known !== undefined) {
      const noted = withNode(known, rel.nodeId);
      if (noted !== known) this.#replaceNodeIds(known, noted.nodeIds);
      return known;
    }
    for (const rule of this.#rules) {
      const draft = rule.plan(rel, this);
      if (draft === undefined) continue;
      if (rel.kind === 'process-function') this.#checkUid(rel);
      const noted = withNode(draft, rel.nodeId);
      this.#drafts.set(key, noted);
      return noted;
    }
    this.report(planProblems.unplannable(rel.kind), rel.span);
    return this.#broken(rel);
  }

  /** Equal calls were found by their key before this: what comes here with a known uid is another call. */
  #checkUid({ call, span }: RelOf<'process-function'>): void {
    // The designer runs all statements at once, which Flink would run as jobs of their own.
    if (this.#uids.has(call.uid)) this.report(planProblems.uidTwice(call.uid, this.taps ? 'warning' : 'error'), span);
    this.#uids.add(call.uid);
  }

  /** The same rows under a further canvas node: the draft object must stay the one that is shared. */
  #replaceNodeIds(draft: Draft, nodeIds: readonly string[]): void {
    (draft as Mutable<Draft>).nodeIds = nodeIds;
  }

  #broken(rel: Rel): Draft {
    const rule = this.#rules.find((r) => r.kind === 'values') ?? this.#rules[0];
    if (rule === undefined) throw new Error('there are planning rules');
    return {
      rule,
      options: { kind: 'values', rows: [] },
      inputs: [],
      schema: rel.schema,
      name: 'Values',
      upsertKeys: [],
      nodeIds: [],
    };
  }

  calc(input: Draft, projection: readonly BoundExpr[], names: readonly string[], condition?: BoundExpr): Draft {
    const rule = this.#calcRule;
    if (rule === undefined) throw new Error('there is a rule for calc');
    const identity =
      condition === undefined &&
      projection.length === input.schema.length &&
      projection.every((e, i) => e.kind === 'input' && e.index === i && input.schema[i]?.name === names[i]);
    if (identity) return input;
    const inPlace = condition === undefined && renamesInternal(input, projection, names);
    if (inPlace) return { ...input, schema: input.schema.map((f, i) => ({ name: names[i] ?? f.name, type: f.type })) };
    const below = input.options;
    // Two in a row are one, unless a canvas node looks at what is between them.
    if (
      below.kind === 'calc' &&
      (!this.taps || input.nodeIds.length === 0) &&
      mayMerge(below.projection, projection, condition)
    ) {
      const [source] = input.inputs;
      if (source !== undefined) {
        const conditions = [
          ...(below.condition === undefined ? [] : conjuncts(below.condition)),
          ...(condition === undefined ? [] : conjuncts(substitute(condition, below.projection))),
        ];
        const merged = projection.map((e) => substitute(e, below.projection));
        return this.calc(source, merged, names, conditions.length === 0 ? undefined : conjunction(conditions));
      }
    }
    return {
      rule,
      options: condition === undefined ? { kind: 'calc', projection } : { kind: 'calc', condition, projection },
      inputs: [input],
      schema: projectedSchema(input.schema, projection, names),
      name: 'Calc',
      upsertKeys: projectedKeys(input.upsertKeys, projection),
      window: projectedWindow(input.window, projection),
      monotonicity: projectedMonotonicity(input.monotonicity, projection),
      nodeIds: [],
    };
  }

  // ---------------------------------------------------------------- changelog, bottom up

  kindsOf(draft: Draft): ModifyKindSet {
    const known = this.#kinds.get(draft);
    if (known !== undefined) return known;
    const inputs = draft.inputs.map((input) => this.kindsOf(input));
    for (const [i, kinds] of inputs.entries()) {
      if (!kinds.update && !kinds.delete) continue;
      const name = draft.rule.insertOnly?.(draft, i);
      const input = draft.inputs[i];
      if (name !== undefined && input !== undefined)
        this.report(planProblems.notAppend(name, kindsText(kinds), describe(input)), draft.span);
    }
    this.#checkDeterminism(draft, inputs);
    const provided = draft.rule.provides(draft, inputs);
    this.#kinds.set(draft, provided);
    return provided;
  }

  /** A condition that may judge the -U of a row otherwise than its +I loses rows. Flink: `StreamNonDeterministicUpdatePlanVisitor`. */
  #checkDeterminism(draft: Draft, inputs: readonly ModifyKindSet[]): void {
    if (draft.options.kind !== 'calc' || draft.options.condition === undefined || inputs.every(isInsertOnly)) return;
    if (this.session.setting('table.optimizer.non-deterministic-update.strategy')?.toUpperCase() !== 'TRY_RESOLVE')
      return;
    const name = nonDeterministicCall(draft.options.condition);
    if (name !== undefined)
      this.report(
        planProblems.nonDeterministic(
          name,
          `condition: '${exprText(draft.options.condition, draft.inputs[0]?.schema ?? [])}'`,
        ),
        draft.span,
      );
  }

  // ---------------------------------------------------------------- changelog, top down

  /** The physical node of a draft whose updates look as `required`; `null` when it cannot be. */
  #build(draft: Draft, required: UpdateKind): PhysicalNode | null {
    const variants = this.#built.get(draft) ?? new Map<UpdateKind, PhysicalNode | null>();
    this.#built.set(draft, variants);
    const known = variants.get(required);
    if (known !== undefined) return known;
    let node = this.#construct(draft, required);
    for (const options of draft.fallbacks ?? []) node ??= this.#construct({ ...draft, options }, required);
    variants.set(required, node);
    return node;
  }

  #construct(draft: Draft, required: UpdateKind): PhysicalNode | null {
    const kinds = this.kindsOf(draft);
    const inputKinds = draft.inputs.map((i) => this.kindsOf(i));
    const given = kinds.update ? (draft.rule.given?.(draft) ?? required) : 'none';
    if (given === 'only-update-after' && required === 'before-and-after') return null;
    const needs = draft.rule.requires(draft, given, inputKinds);
    if (needs === undefined) return null;
    const inputs: PhysicalNode[] = [];
    for (const [i, input] of draft.inputs.entries()) {
      const node = this.#build(input, needs[i] ?? 'none');
      if (node === null) return null;
      inputs.push(node);
    }
    const changelog: ChangelogMode = { kinds, updates: given };
    const options =
      draft.rule.finish?.(
        draft,
        inputs.map((n) => n.changelog),
        changelog,
      ) ?? draft.options;
    const node = this.#intern({
      options,
      inputs,
      schema: draft.schema,
      changelog,
      upsertKeys: draft.upsertKeys,
      name: draft.name,
      nodeIds: draft.nodeIds,
    });
    // A producer that always sends -U, for a consumer that wants none.
    if (required === 'only-update-after' && given === 'before-and-after') {
      return this.#intern({
        ...node,
        options: { kind: 'drop-update-before' },
        inputs: [node],
        changelog: { kinds, updates: 'only-update-after' },
        name: 'DropUpdateBefore',
        nodeIds: [],
      });
    }
    return node;
  }

  #intern(node: Omit<PhysicalNode, 'id'>): PhysicalNode {
    // Names do not count: the same rows under other names come from the same operator.
    const key = `${digest(node.options)}|${node.inputs.map((input) => input.id).join(',')}|${node.changelog.updates}`;
    const isRoot = node.options.kind === 'sink' || node.options.kind === 'collect';
    const known = isRoot ? undefined : this.#nodes.get(key);
    if (known !== undefined) {
      known.nodeIds = [...new Set([...known.nodeIds, ...node.nodeIds])];
      return known;
    }
    const made: Mutable<PhysicalNode> = { id: this.#nodes.size, ...node };
    this.#nodes.set(isRoot ? `${key}#${this.#nodes.size}` : key, made);
    return made;
  }
}

/**
 * A canvas node shows the rows of one physical node. Where a view was planned twice (two readers need
 * different columns of it, and Flink prunes each by itself), the widest one counts.
 */
function assignNodeIds(nodes: readonly Mutable<PhysicalNode>[]): void {
  const owners = new Map<string, PhysicalNode>();
  for (const node of nodes) {
    for (const id of node.nodeIds) {
      const owner = owners.get(id);
      if (owner === undefined || node.schema.length > owner.schema.length) owners.set(id, node);
    }
  }
  for (const node of nodes) node.nodeIds = node.nodeIds.filter((id) => owners.get(id) === node);
}

/** All nodes, inputs before consumers, numbered from the sources in order of statements. */
function ordered(roots: readonly PhysicalNode[]): PhysicalPlan {
  const nodes: Mutable<PhysicalNode>[] = [];
  const seen = new Set<PhysicalNode>();
  const visit = (node: PhysicalNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    for (const input of node.inputs) visit(input);
    nodes.push(node as Mutable<PhysicalNode>);
  };
  for (const root of roots) visit(root);
  for (const [id, node] of nodes.entries()) node.id = id;
  assignNodeIds(nodes);
  return { roots, nodes };
}
