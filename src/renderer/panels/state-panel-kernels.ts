/** Decisions of the State panel without the panel: growth, ages, what is bounded, which pages are in sight. */
import type { CommandOut } from '../../runtime/contract/contract.ts';
import type { EngineContract } from '../../runtime/contract/engine-contract.ts';
import { formatBytes, formatDuration } from '../ui/format.ts';

/** One state as the engine describes it. */
export type StateDescription = CommandOut<EngineContract, 'state.describe'>['states'][number];
/** One entry of a page. */
export type StateEntryText = CommandOut<EngineContract, 'state.page'>['entries'][number];

/** Order of the table; null: of arrival. */
export type StateSort = {
  readonly by: 'key' | 'value' | 'updated';
  readonly column: number;
  readonly descending: boolean;
};

/** Entries asked for at a time. */
export const PAGE_COUNT = 100;
/** Rows that the table can hold: Chromium places nothing beyond 33 million pixels. */
export const ROW_COUNT_MAX = 1_200_000;

/** Size of a state at one time. */
export interface SizeSample {
  readonly atMs: number;
  readonly sizeBytes: number;
}

const GROWTH_WINDOW_MS = 60_000;
/** Less says nothing about a minute. */
const GROWTH_SPAN_MS_MIN = 2000;

/** The samples of the last minute with one more. */
export function withSample(samples: readonly SizeSample[], sample: SizeSample): readonly SizeSample[] {
  return [...samples.filter(({ atMs }) => atMs > sample.atMs - GROWTH_WINDOW_MS), sample];
}

/** Bytes a minute over the last minute; null while it is too early to say. */
export function growthPerMinute(samples: readonly SizeSample[]): number | null {
  const [first] = samples;
  const last = samples[samples.length - 1];
  if (first === undefined || last === undefined || last.atMs - first.atMs < GROWTH_SPAN_MS_MIN) return null;
  return ((last.sizeBytes - first.sizeBytes) / (last.atMs - first.atMs)) * 60_000;
}

/** `+1.2 MB/min`, `−300 B/min`, `steady`. */
export function growthText(bytesPerMinute: number): string {
  const rounded = Math.round(bytesPerMinute);
  if (Math.abs(rounded) < 1000) return 'steady';
  return `${rounded > 0 ? '+' : '−'}${formatBytes(Math.abs(rounded))}/min`;
}

/** Whether nothing but a time to live would make it shrink, and there is none: its own sentence says so. */
export function isUnbounded({ ttlMs, bound }: StateDescription): boolean {
  return ttlMs === 0 && bound.includes('table.exec.state.ttl');
}

/** How long ago: `now`, `4 s ago`, `3 min ago`, `2 h ago`, `5 d ago`. */
export function agoText(ageMs: number): string {
  if (ageMs < 1000) return 'now';
  if (ageMs < 60_000) return `${Math.floor(ageMs / 1000)} s ago`;
  if (ageMs < 3_600_000) return `${Math.floor(ageMs / 60_000)} min ago`;
  if (ageMs < 86_400_000) return `${Math.floor(ageMs / 3_600_000)} h ago`;
  return `${Math.floor(ageMs / 86_400_000)} d ago`;
}

/** A time to live: `10 s`, `2 h`. */
export function ttlText(ttlMs: number): string {
  if (ttlMs % 86_400_000 === 0) return `${ttlMs / 86_400_000} d`;
  if (ttlMs % 3_600_000 === 0) return `${ttlMs / 3_600_000} h`;
  if (ttlMs % 60_000 === 0) return `${ttlMs / 60_000} min`;
  return ttlMs % 1000 === 0 ? `${ttlMs / 1000} s` : formatDuration(ttlMs);
}

/** What a click on a column's header asks for: up, then down, then the order of arrival. */
export function nextSort(current: StateSort | null, by: StateSort['by'], column: number): StateSort | null {
  if (current === null || current.by !== by || current.column !== column) return { by, column, descending: false };
  return current.descending ? null : { by, column, descending: true };
}

/** Numbers of the pages that hold the rows from `first` to `last`. */
export function pagesOf(first: number, last: number): readonly number[] {
  const from = Math.floor(Math.max(0, first) / PAGE_COUNT);
  const to = Math.floor(Math.max(0, last) / PAGE_COUNT);
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
