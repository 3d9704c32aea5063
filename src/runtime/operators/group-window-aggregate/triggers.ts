/**
 * When a window answers. Flink: `EventTimeTriggers`, `ProcessingTimeTriggers`, put together by
 * `WindowEmitStrategy`. Pure decisions; the operator registers the timers they ask for.
 *
 *   rows …           end of window           … late rows        end + allowed lateness
 *   early firings    the firing on time      late firings       forgotten
 *
 * A delay of 0 answers every row, any other answers that long after the first row (by the clock), and
 * again and again. Without a late delay above 0 a late row is answered at once.
 */
import type { EmitSettings } from './window-emitter.ts';

/** What a trigger remembers of a window. */
export interface TriggerState {
  /** It has answered at its end (kept only with late firings by the clock). */
  hasFired: boolean;
  /** Next firing by the clock, by interval. */
  readonly nextFiringMs: Map<number, number>;
}

/** What to do: answer now, or register a processing-time timer, or both or neither. */
export interface TriggerDecision {
  readonly fires: boolean;
  readonly clockTimerMs: number | null;
}

const WAIT: TriggerDecision = { fires: false, clockTimerMs: null };
const FIRE: TriggerDecision = { fires: true, clockTimerMs: null };

/** Nothing remembered. */
export function newTriggerState(): TriggerState {
  return { hasFired: false, nextFiringMs: new Map() };
}

/** A row came into the window; `isPast`: the window has ended already. */
export function onElement(
  state: TriggerState,
  isPast: boolean,
  nowMs: number,
  { earlyMs, lateMs }: EmitSettings,
): TriggerDecision {
  if (hasLateClock(lateMs) && state.hasFired) return onElementOf(lateMs, state, nowMs);
  if (isPast) return FIRE;
  return onElementOf(earlyMs, state, nowMs);
}

/** The window has come to its end. */
export function onEnd(state: TriggerState, { lateMs }: EmitSettings): boolean {
  if (!hasLateClock(lateMs)) return true;
  if (state.hasFired) return false;
  state.hasFired = true;
  return true;
}

/** The clock has come to a time that was asked for. */
export function onClock(state: TriggerState, timeMs: number, { earlyMs, lateMs }: EmitSettings): TriggerDecision {
  const interval = hasLateClock(lateMs) && state.hasFired ? lateMs : earlyMs;
  if (interval === null || state.nextFiringMs.get(interval) !== timeMs) return WAIT;
  state.nextFiringMs.set(interval, timeMs + interval);
  return { fires: true, clockTimerMs: timeMs + interval };
}

function hasLateClock(lateMs: number | null): lateMs is number {
  return lateMs !== null && lateMs > 0;
}

function onElementOf(interval: number | null, state: TriggerState, nowMs: number): TriggerDecision {
  if (interval === null) return WAIT;
  if (interval === 0) return FIRE;
  if (state.nextFiringMs.has(interval)) return WAIT;
  state.nextFiringMs.set(interval, nowMs + interval);
  return { fires: false, clockTimerMs: nowMs + interval };
}
