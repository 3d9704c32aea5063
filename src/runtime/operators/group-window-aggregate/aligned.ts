/**
 * Legacy TUMBLE and HOP. Flink: `WindowOperator` with `GeneralWindowProcessFunction` and
 * `PanedWindowProcessFunction`.
 *
 * Rows are added to panes (the greatest length of which windows and slides are multiples); a window is
 * put together from its panes, oldest first, when it answers. A pane goes with the last window that
 * needs it, `allow-lateness` after that window's end.
 *
 * State: accumulators per key and pane, and per open window what was sent for it. Cost per row: one key
 * look-up, and one decision for each window that holds it.
 */
import { assert, present } from '../../base/assert.ts';
import { arrayBytes, MAP_SLOT_BYTES, objectBytes, rowBytes } from '../../data/memory-size.ts';
import { isAccumulate, type RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import type {
  InspectedState,
  OperatorContext,
  OperatorSnapshot,
  RowInput,
  StateDescriptor,
  TimerService,
} from '../../engine/operator.ts';
import { assertVersions, listed, OperatorBase, stateVersions } from '../../engine/operator-base.ts';
import { type TimeWindow, windowStart, windowsOf } from '../../engine/time-windows.ts';
import { type Accumulators, accumulatorsBytes } from '../../sql/4-codegen/compiled.ts';
import { inspectLists } from '../../state/inspect.ts';
import { KeyedState } from '../../state/keyed-state.ts';
import type { StateEntry } from '../../state/state-entry.ts';
import { newTriggerState, onClock, onElement, onEnd, type TriggerDecision, type TriggerState } from './triggers.ts';
import {
  emitResult,
  type GroupWindowSettings,
  localTimeOf,
  type SentResult,
  windowKeySchema,
} from './window-emitter.ts';

/** Windows of one length at regular distances. */
export type GroupWindows =
  | { readonly kind: 'tumble'; readonly sizeMs: number; readonly offsetMs: number }
  | { readonly kind: 'hop'; readonly sizeMs: number; readonly slideMs: number; readonly offsetMs: number };

interface Pane {
  readonly accumulators: Accumulators;
  rowCount: number;
}

/** A window that has begun to answer, or will. */
interface OpenWindow extends TimeWindow, SentResult {
  readonly trigger: TriggerState;
  /** Its end is still to come; false for a window that a late row opened after its end. */
  awaitsEnd: boolean;
  readonly owner: KeyEntry;
}

/** Panes and windows of one key by their start. */
interface KeyWindows {
  readonly panes: Map<number, Pane>;
  readonly windows: Map<number, OpenWindow>;
}

type KeyEntry = StateEntry<KeyWindows>;

/** Aggregates per key and window, with early and late answers. */
export class AlignedGroupWindowOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #settings: GroupWindowSettings;
  readonly #windows: GroupWindows;
  readonly #slideMs: number;
  readonly #paneMs: number;
  readonly #keys: KeyedState<KeyWindows>;
  readonly #states: Readonly<Record<'panes' | 'windows', InspectedState>>;
  #timers: TimerService<OpenWindow> | null = null;
  #clockTimers: TimerService<OpenWindow> | null = null;

  constructor(settings: GroupWindowSettings, windows: GroupWindows) {
    super();
    assert(windows.sizeMs > 0, 'a window has a size');
    this.#settings = settings;
    this.#windows = windows;
    this.#slideMs = windows.kind === 'hop' ? windows.slideMs : windows.sizeMs;
    this.#paneMs = greatestCommonDivisor(windows.sizeMs, this.#slideMs);
    this.#keys = new KeyedState<KeyWindows>(settings.keySchema, undefined, {
      count: ({ panes, windows }, list) => (list === 0 ? panes.size : windows.size),
      bytes: (value, list) => (list === 0 ? this.#panesBytes(value) : windowsBytes(value)),
    });
    this.#states = { panes: this.#inspectPanes(), windows: this.#inspectWindows() };
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#keys.open({ ttlMs: 0, nowMs: () => context.eval.currentTimeMs() });
    this.#clockTimers = context.processingTimers<OpenWindow>(({ timeMs, tag }) => this.#onClockTimer(tag, timeMs));
    this.#timers =
      this.#settings.attribute === 'proctime'
        ? this.#clockTimers
        : context.eventTimers<OpenWindow>(({ timeMs, tag }) => this.#onTimer(tag, timeMs));
  }

  processRow(kind: RowKind, row: Row): void {
    const { attribute, zone, keys, emit } = this.#settings;
    const nowMs = this.context.eval.currentTimeMs();
    const localMs = attribute === 'proctime' ? zone.toLocal(nowMs) : localTimeOf(row, this.#settings);
    const open = localMs === null ? [] : windowsOf(this.#windows, localMs).filter((each) => !this.#isLate(each));
    if (localMs === null || open.length === 0) {
      this.context.metrics.numLateRecordsDropped += 1;
      return;
    }
    const entry = this.#keys.find(row, keys) ?? this.#keys.insert(row, keys, { panes: new Map(), windows: new Map() });
    this.#addToPane(kind, row, entry, windowStart(localMs, this.#windows.offsetMs, this.#paneMs));
    for (const each of open) {
      const isPast = attribute === 'rowtime' && this.#endTimerMs(each) <= this.context.currentWatermarkMs();
      const window = this.#openWindow(entry, each, !isPast);
      this.#obey(window, onElement(window.trigger, isPast, nowMs, emit));
    }
    this.#keys.touch(entry);
  }

  override snapshot(): OperatorSnapshot {
    const { handler } = this.#settings;
    const windows: Value[] = [];
    const panes: Value[] = [];
    const places = new Map<KeyEntry, number>();
    for (const entry of this.#keys.entries()) {
      const { key, value } = entry;
      places.set(entry, panes.length);
      panes.push([
        key,
        [...value.panes].map(([startMs, pane]) => [startMs, handler.encode(pane.accumulators), pane.rowCount]),
        entry.updatedMs,
      ]);
      windows.push(
        [...value.windows.values()].map(({ startMs, endMs, sent, awaitsEnd, trigger }) => [
          startMs,
          endMs,
          sent,
          awaitsEnd,
          trigger.hasFired,
          [...trigger.nextFiringMs],
        ]),
      );
    }
    // In firing order: windows of several keys that end together are sent in the order of their timers.
    const order = (timers: TimerService<OpenWindow> | null): Value =>
      present(timers, 'timers of a window')
        .pending()
        .flatMap(({ timeMs, tag }): Value[] => {
          const isOpen = tag.owner.value.windows.get(tag.startMs) === tag;
          const place = isOpen ? places.get(tag.owner) : undefined;
          return place === undefined ? [] : [[timeMs, place, tag.startMs]];
        });
    windows.unshift(this.#timers === this.#clockTimers ? [] : order(this.#timers), order(this.#clockTimers));
    return { versions: stateVersions(this.describeState()), states: { panes, windows } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    const { handler } = this.#settings;
    const [timers, clockTimers, ...allWindows] = listed(snapshot.states.windows);
    const owners = listed(snapshot.states.panes).map((saved, index) => {
      const [key, panes, updatedMs] = saved as [Row, [number, Value, number][], number];
      const decoded = panes.map(([startMs, accumulators, rowCount]): [number, Pane] => [
        startMs,
        { accumulators: handler.decode(accumulators), rowCount },
      ]);
      const owner = this.#keys.restoreEntry(key, { panes: new Map(decoded), windows: new Map() }, updatedMs);
      for (const each of allWindows[index] as [number, number, Row | null, boolean, boolean, [number, number][]][]) {
        const [startMs, endMs, sent, awaitsEnd, hasFired, nextFiringMs] = each;
        const trigger = { hasFired, nextFiringMs: new Map(nextFiringMs) };
        const window: OpenWindow = { startMs, endMs, sent, awaitsEnd, trigger, owner };
        owner.value.windows.set(startMs, window);
        this.#keys.grow(owner, 1, 1, windowBytes(window));
      }
      return owner;
    });
    const register = (service: TimerService<OpenWindow> | null, saved: Value | undefined): void => {
      for (const [timeMs, place, startMs] of saved as [number, number, number][]) {
        const window = present(owners[place]?.value.windows.get(startMs), 'window of a timer');
        present(service, 'timers of a window').register(timeMs, window);
      }
    };
    register(this.#timers, timers);
    register(this.#clockTimers, clockTimers);
  }

  override describeState(): readonly StateDescriptor[] {
    const { resultSchema, properties, emit } = this.#settings;
    const keySchema = windowKeySchema(this.#settings);
    const bigint = { kind: 'BIGINT', nullable: false } as const;
    const calls = resultSchema.slice(0, resultSchema.length - properties.length);
    const later = emit.lateMs === null ? '' : ` ${emit.allowedLatenessMs} ms after its end`;
    return [
      {
        name: 'panes',
        kind: 'map',
        keySchema,
        valueSchema: [...calls, { name: 'row_count', type: bigint }],
        ttlMs: 0,
        bound: 'One entry per key and pane of open windows; a pane goes with its last window.',
        version: 2,
      },
      {
        name: 'windows',
        kind: 'map',
        keySchema,
        valueSchema: resultSchema.map(({ name, type }) => ({ name, type: { ...type, nullable: true } })),
        ttlMs: 0,
        bound: `What was sent per key and open window; a window goes${later === '' ? ' at its end' : later}.`,
        version: 2,
      },
    ];
  }

  override inspectState(name: string): InspectedState {
    return this.#states[name === 'panes' ? 'panes' : 'windows'];
  }

  #inspectPanes(): InspectedState {
    const { handler } = this.#settings;
    return inspectLists(() => this.#keys, 0, {
      items: ({ panes }) => panes,
      countOf: ({ panes }) => panes.size,
      key: (key, [startMs]) => [...key, startMs, startMs + this.#paneMs],
      value: ([, { accumulators, rowCount }]) => [...handler.values(accumulators), rowCount],
    });
  }

  #inspectWindows(): InspectedState {
    const nothing = this.#settings.resultSchema.map(() => null);
    return inspectLists(() => this.#keys, 1, {
      items: ({ windows }) => windows.values(),
      countOf: ({ windows }) => windows.size,
      key: (key, { startMs, endMs }) => [...key, startMs, endMs],
      value: ({ sent }) => sent ?? nothing,
    });
  }

  #paneBytes({ accumulators }: Pane): number {
    return MAP_SLOT_BYTES + objectBytes(2) + accumulatorsBytes(accumulators, this.#settings.handler);
  }

  #panesBytes({ panes }: KeyWindows): number {
    let bytes = objectBytes(2) + 2 * objectBytes(4);
    for (const pane of panes.values()) bytes += this.#paneBytes(pane);
    return bytes;
  }

  #addToPane(kind: RowKind, row: Row, entry: KeyEntry, startMs: number): void {
    const { handler, retract } = this.#settings;
    const { panes } = entry.value;
    let pane = panes.get(startMs);
    if (pane === undefined) {
      pane = { accumulators: handler.create(), rowCount: 0 };
      panes.set(startMs, pane);
      this.#keys.grow(entry, 0, 1, this.#paneBytes(pane));
    }
    const bytes = this.#paneBytes(pane);
    if (isAccumulate(kind)) {
      handler.accumulate(pane.accumulators, row, this.context.eval);
      pane.rowCount += 1;
    } else {
      assert(retract, 'a window aggregate planned for insert-only input gets no retraction');
      handler.retract(pane.accumulators, row, this.context.eval);
      pane.rowCount -= 1;
    }
    this.#keys.grow(entry, 0, 0, this.#paneBytes(pane) - bytes);
  }

  #openWindow(entry: KeyEntry, { startMs, endMs }: TimeWindow, awaitsEnd: boolean): OpenWindow {
    const found = entry.value.windows.get(startMs);
    if (found !== undefined) return found;
    const window: OpenWindow = { startMs, endMs, sent: null, awaitsEnd, trigger: newTriggerState(), owner: entry };
    entry.value.windows.set(startMs, window);
    this.#keys.grow(entry, 1, 1, windowBytes(window));
    this.#registerEnds(window);
    return window;
  }

  #obey(window: OpenWindow, { fires, clockTimerMs }: TriggerDecision): void {
    if (clockTimerMs !== null) this.#registerClock(clockTimerMs, window);
    if (fires) this.#emit(window);
  }

  #registerEnds(window: OpenWindow): void {
    const timers = present(this.#timers, 'timers of a window');
    if (window.awaitsEnd) timers.register(this.#endTimerMs(window), window);
    timers.register(this.#cleanUpTimerMs(window), window);
  }

  #registerClock(timeMs: number, window: OpenWindow): void {
    present(this.#clockTimers, 'clock timers of a window').register(timeMs, window);
  }

  #endTimerMs(window: TimeWindow): number {
    return this.#settings.zone.timerMs(window.endMs - 1);
  }

  #cleanUpTimerMs(window: TimeWindow): number {
    const { emit, attribute, zone } = this.#settings;
    // Lateness is only allowed where late rows are answered (flink-semantics #8).
    const lateness = attribute === 'rowtime' && emit.lateMs !== null ? emit.allowedLatenessMs : 0;
    return zone.timerMs(window.endMs - 1 + lateness);
  }

  #isLate(window: TimeWindow): boolean {
    if (this.#settings.attribute === 'proctime') return false;
    return this.#cleanUpTimerMs(window) <= this.context.currentWatermarkMs();
  }

  #onTimer(window: OpenWindow, timeMs: number): void {
    if (window.owner.value.windows.get(window.startMs) !== window) return;
    if (window.awaitsEnd && timeMs === this.#endTimerMs(window)) {
      window.awaitsEnd = false;
      if (onEnd(window.trigger, this.#settings.emit)) this.#emit(window);
    }
    if (timeMs === this.#cleanUpTimerMs(window)) this.#forget(window);
  }

  #onClockTimer(window: OpenWindow, timeMs: number): void {
    if (window.owner.value.windows.get(window.startMs) !== window) return;
    if (this.#settings.attribute === 'proctime' && timeMs === this.#endTimerMs(window)) {
      this.#emit(window);
      this.#forget(window);
      return;
    }
    this.#obey(window, onClock(window.trigger, timeMs, this.#settings.emit));
  }

  #emit(window: OpenWindow): void {
    const { handler } = this.#settings;
    const { key, value } = window.owner;
    const only = this.#paneMs === this.#windows.sizeMs ? value.panes.get(window.startMs) : undefined;
    const total: Pane = only ?? { accumulators: handler.create(), rowCount: 0 };
    if (only === undefined) {
      for (let startMs = window.startMs; startMs < window.endMs; startMs += this.#paneMs) {
        const pane = value.panes.get(startMs);
        if (pane === undefined) continue;
        handler.merge(total.accumulators, pane.accumulators);
        total.rowCount += pane.rowCount;
      }
    }
    const bytes = windowBytes(window);
    emitResult(window, key, total.accumulators, total.rowCount, this.#settings, this.output);
    this.#keys.grow(window.owner, 1, 0, windowBytes(window) - bytes);
  }

  /** The window is over, and so are the panes that no later window needs. */
  #forget(window: OpenWindow): void {
    const { panes, windows } = window.owner.value;
    windows.delete(window.startMs);
    this.#keys.grow(window.owner, 1, -1, -windowBytes(window));
    for (let startMs = window.startMs; startMs < window.endMs; startMs += this.#paneMs) {
      const pane = panes.get(startMs);
      if (pane === undefined || windowStart(startMs, this.#windows.offsetMs, this.#slideMs) !== window.startMs)
        continue;
      panes.delete(startMs);
      this.#keys.grow(window.owner, 0, -1, -this.#paneBytes(pane));
    }
    if (windows.size === 0) this.#keys.delete(window.owner);
  }
}

function windowBytes({ sent }: OpenWindow): number {
  return MAP_SLOT_BYTES + objectBytes(6) + objectBytes(2) + arrayBytes(2) + (sent === null ? 0 : rowBytes(sent));
}

function windowsBytes({ windows }: KeyWindows): number {
  let bytes = 0;
  for (const window of windows.values()) bytes += windowBytes(window);
  return bytes;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
