/**
 * A dataflow as the designer sees it: figures, kept rows and state by canvas node, as text. It reads the
 * dataflow as it rests between two rows; whether a run or a replay drives it makes no difference.
 */
import { present } from '../base/assert.ts';
import { formatValue } from '../data/format-value.ts';
import type { Schema } from '../data/logical-type.ts';
import { ROW_KIND_TEXT } from '../data/row-kind.ts';
import { typeToString } from '../data/type-text.ts';
import type { Row } from '../data/value.ts';
import type { Dataflow } from '../engine/dataflow.ts';
import type { Operator } from '../engine/operator.ts';
import type { PhysicalPlan } from '../sql/3-plan/physical.ts';
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

/** Formats values as the rows panel shows them. */
export function textsOf(schema: Schema, row: Row, timeZone: string): (string | null)[] {
  return schema.map(({ type }, index) => formatValue(row[index] ?? null, type, timeZone));
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
  /** Runs a task in a later turn of the event loop. */
  readonly defer: (task: () => void) => void;
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

  constructor(of: ViewedDataflow) {
    this.#of = of;
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
        for (const { name } of member.operator?.describeState() ?? []) {
          const { entryCount, sizeBytes } = present(member.operator, 'operator').listState(name, NO_ENTRIES);
          stateEntryCount += entryCount;
          stateSizeBytes += sizeBytes;
        }
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
      const { entryCount, sizeBytes } = operator.listState(state.name, NO_ENTRIES);
      return {
        stateId: stateIdOf(planId, state.name),
        operator: operatorName,
        name: state.name,
        kind: state.kind,
        keyColumns: columnTexts(state.keySchema),
        valueColumns: columnTexts(state.valueSchema).map((c) => ({ ...c, name: names.get(c.name) ?? c.name })),
        ttlMs: state.ttlMs,
        bound: state.bound,
        entryCount,
        sizeBytes,
      };
    });
  }

  async pageState(nodeId: string, stateId: string, query: StatePageQuery): Promise<StatePageText> {
    const found = this.#statesOf(nodeId).find(({ planId, state }) => stateIdOf(planId, state.name) === stateId);
    if (found === undefined) return NO_STATE;
    const { operator, state } = found;
    const wanted = query.filter.toLowerCase();
    const matches = (key: Row): boolean =>
      this.#texts(state.keySchema, key).some((text) => (text ?? '').toLowerCase().includes(wanted));
    const { offset, countMax } = query;
    const page = operator.listState(state.name, {
      offset,
      countMax,
      ...(wanted === '' ? {} : { filter: matches }),
    });
    return {
      entries: page.entries.map(({ key, value, updatedMs }) => ({
        key: this.#texts(state.keySchema, key),
        value: this.#texts(state.valueSchema, value),
        updatedMs,
      })),
      matchCount: page.entryCount,
      entryCount: operator.listState(state.name, NO_ENTRIES).entryCount,
      sizeBytes: page.sizeBytes,
      isMoving: false,
    };
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

const NO_ENTRIES = { offset: 0, countMax: 0 };

const NO_STATE: StatePageText = { entries: [], matchCount: 0, entryCount: 0, sizeBytes: 0, isMoving: false };

/** Names a state within a plan; plans of one script are equal, so the name lasts from view to view. */
function stateIdOf(planId: number, name: string): string {
  return `${planId}:${name}`;
}
