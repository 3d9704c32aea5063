/**
 * A dataflow as the designer sees it: figures, kept rows and state by canvas node, as text. It reads the
 * dataflow as it rests between two rows; whether a run or a replay drives it makes no difference.
 */
import { present } from '../base/assert.ts';
import type { Schema } from '../data/logical-type.ts';
import { ROW_KIND_TEXT } from '../data/row-kind.ts';
import { typeToString } from '../data/type-text.ts';
import type { Row } from '../data/value.ts';
import type { Dataflow } from '../engine/dataflow.ts';
import type { Operator } from '../engine/operator.ts';
import type { PhysicalPlan } from '../sql/3-plan/physical.ts';
import type { SliceHost } from '../state/slices.ts';
import { cellTexts } from '../state/state-order.ts';
import { StateScanner, stateFigures } from '../state/state-scanner.ts';
import { membersByCanvasNode } from './canvas-nodes.ts';
import type {
  ColumnText,
  NodeFigures,
  RunView,
  StateDescription,
  StatePageQuery,
  StatePageText,
  TapPage,
} from './run-view.ts';
import { aggregateNames } from './state-column-names.ts';

/** Formats values as the rows panel shows them: cut off where they are long, as they are sent many times. */
export function textsOf(schema: Schema, row: Row, timeZone: string): (string | null)[] {
  return cellTexts(schema, row, timeZone);
}

/** Columns as the contract sends them. */
export function columnTexts(schema: Schema): ColumnText[] {
  return schema.map(({ name, type }) => ({ name, type: typeToString(type) }));
}

/** What a view is of. */
export interface ViewedDataflow {
  readonly plan: PhysicalPlan;
  readonly dataflow: Dataflow;
  readonly timeZone: string;
  /** The time that rates count back from. */
  readonly nowMs: () => number;
  /** Whether nothing flows any more: then there are no rates. */
  readonly isOver: () => boolean;
  /** Where long looks at state are cut into slices. */
  readonly host: SliceHost;
}

/** One state of an operator behind a canvas node. */
interface FoundState {
  readonly operator: Operator;
  readonly planId: number;
  readonly operatorName: string;
  readonly state: ReturnType<Operator['describeState']>[number];
}

/** A `RunView` over one dataflow. */
export class DataflowView implements RunView {
  readonly #of: ViewedDataflow;
  readonly #schemas = new Map<string, Schema>();
  readonly #members: ReturnType<typeof membersByCanvasNode>;

  readonly #scanner: StateScanner;

  constructor(of: ViewedDataflow) {
    this.#of = of;
    this.#scanner = new StateScanner(of.host, of.timeZone);
    this.#members = membersByCanvasNode(of.plan);
    for (const node of of.plan.nodes) {
      for (const nodeId of node.nodeIds) if (!this.#schemas.has(nodeId)) this.#schemas.set(nodeId, node.schema);
    }
  }

  figures(): readonly NodeFigures[] {
    const { dataflow, nowMs, isOver } = this.#of;
    const rates = isOver() ? [] : dataflow.ratesAt(nowMs());
    return dataflow.nodeIds().map((nodeId, place) => {
      const node = present(dataflow.nodeOf(nodeId), 'canvas node of a run');
      const watermarkMs = Math.max(node.emittedWatermarkMs, node.currentWatermarkMs());
      let [lateRowCount, stateEntryCount, stateSizeBytes] = [0, 0, 0];
      for (const { id } of this.#members.get(nodeId) ?? []) {
        const member = dataflow.node(id);
        lateRowCount += member.lateRowCount;
        if (member.operator === null) continue;
        const { entryCount, sizeBytes } = stateFigures(member.operator);
        stateEntryCount += entryCount;
        stateSizeBytes += sizeBytes;
      }
      return {
        nodeId,
        rowCount: dataflow.tapOf(nodeId)?.total ?? node.output.rowCount,
        rowsPerSecond: rates[place] ?? 0,
        watermarkMs: Number.isFinite(watermarkMs) ? watermarkMs : null,
        ended: watermarkMs === Number.POSITIVE_INFINITY,
        lateRowCount,
        stateEntryCount,
        stateSizeBytes,
      };
    });
  }

  readTap(nodeId: string, fromSequence: number, countMax: number): TapPage {
    const tap = this.#of.dataflow.tapOf(nodeId);
    const schema = this.schemaOf(nodeId);
    const rows = (tap?.read(fromSequence, countMax) ?? []).map(({ sequence, kind, row }) => ({
      sequence,
      kind: ROW_KIND_TEXT[kind],
      values: this.#texts(schema, row),
    }));
    return { columns: columnTexts(schema), rows, total: tap?.total ?? 0, retainedFrom: tap?.retainedFrom ?? 0 };
  }

  describeState(nodeId: string): readonly StateDescription[] {
    return this.#statesOf(nodeId).map(({ operator, planId, operatorName, state }) => {
      const names = aggregateNames(this.#of.plan, planId);
      const inspected = operator.inspectState(state.name);
      return {
        stateId: stateIdOf(planId, state.name),
        operator: operatorName,
        name: state.name,
        kind: state.kind,
        keyColumns: columnTexts(state.keySchema),
        valueColumns: columnTexts(state.valueSchema).map((c) => ({ ...c, name: names.get(c.name) ?? c.name })),
        ttlMs: state.ttlMs,
        bound: state.bound,
        entryCount: inspected.entryCount(),
        sizeBytes: inspected.sizeBytes(),
      };
    });
  }

  async pageState(nodeId: string, stateId: string, query: StatePageQuery): Promise<StatePageText> {
    const found = this.#statesOf(nodeId).find(({ planId, state }) => stateIdOf(planId, state.name) === stateId);
    if (found === undefined) return NO_STATE;
    const { operator, state } = found;
    return this.#scanner.page({ id: stateId, state: operator.inspectState(state.name), descriptor: state }, query);
  }

  /** Answers open questions about state with nothing: the dataflow is not looked at any more. */
  close(): void {
    this.#scanner.reset();
  }

  /** Columns of a canvas node's rows; empty for one that is not there. */
  schemaOf(nodeId: string): Schema {
    return this.#schemas.get(nodeId) ?? [];
  }

  #texts(schema: Schema, row: Row): (string | null)[] {
    return textsOf(schema, row, this.#of.timeZone);
  }

  #statesOf(nodeId: string): readonly FoundState[] {
    return (this.#members.get(nodeId) ?? []).flatMap(({ id, name }) => {
      const { operator } = this.#of.dataflow.node(id);
      if (operator === null) return [];
      return operator.describeState().map((state) => ({ operator, planId: id, operatorName: name, state }));
    });
  }
}

const NO_STATE: StatePageText = { entries: [], matchCount: 0, entryCount: 0, sizeBytes: 0, isMoving: false };

/** Names a state within a plan; plans of one script are equal, so the name lasts from view to view. */
function stateIdOf(planId: number, name: string): string {
  return `${planId}:${name}`;
}
