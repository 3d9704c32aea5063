/** How long a call of user code may take, and how much memory a run may need: defaults, and settings of the script. */
import * as os from 'node:os';
import { durationMs } from '../../base/durations.ts';

/** Bounds of a run. */
export interface RunLimits {
  /** A call of user code that takes longer is taken for endless. */
  readonly callMs: number;
  /** Memory that a run may need. */
  readonly memoryMb: number;
}

/** `SET 'millrace.function.timeout' = '5 s'`. */
const CALL_KEY = 'millrace.function.timeout';
const CALL_MS = 5_000;
/** `SET 'millrace.memory' = '2048'`, in MB. */
const MEMORY_KEY = 'millrace.memory';
const MEMORY_MB = 2_048;
/** Of the machine's memory, so that the rest of it stays usable. */
const MEMORY_SHARE = 0.5;
const MEMORY_MB_MIN = 64;
/** V8 gives all threads of one process some 4 GB together where it compresses pointers, as Electron does. */
const MEMORY_MB_MAX_COMPRESSED = 3_072;

/** The bounds of a run without settings. */
export function defaultLimits(): RunLimits {
  return { callMs: CALL_MS, memoryMb: boundedMemory(Math.min(MEMORY_MB, machineMb() * MEMORY_SHARE)) };
}

/** The bounds that a script sets; what is not understood stays at its default. */
export function limitsOf(settings: readonly { readonly key: string; readonly value: string }[]): RunLimits {
  const { callMs, memoryMb } = defaultLimits();
  const of = (key: string): string => settings.filter((each) => each.key === key).at(-1)?.value ?? '';
  const memory = /^\s*(\d+)\s*(g|gb|m|mb)?\s*$/i.exec(of(MEMORY_KEY));
  const factor = memory?.[2]?.toLowerCase().startsWith('g') === true ? 1_024 : 1;
  const ownMs = durationMs(of(CALL_KEY)) ?? 0;
  return {
    callMs: ownMs > 0 ? ownMs : callMs,
    memoryMb: memory === null ? memoryMb : boundedMemory(Number(memory[1]) * factor),
  };
}

/** V8's own limit is the last line: it must not be in the way of one large array (see `watchdog.ts`). */
export function heapMbOf({ memoryMb }: RunLimits): number {
  return Math.floor(memoryMb * 1.25) + 256;
}

/**
 * How often a recording with functions is written: user code may hang and be ended from outside, and at most
 * this much of the run is then missing.
 */
export const CHUNK_MS_WITH_FUNCTIONS = 10;

function boundedMemory(mb: number): number {
  return Math.floor(Math.max(MEMORY_MB_MIN, Math.min(mb, machineMb())));
}

/** Memory that this program may have at most, in MB. */
export function machineMb(): number {
  const mb = os.totalmem() / (1024 * 1024);
  return process.versions.electron === undefined ? mb : Math.min(mb, MEMORY_MB_MAX_COMPRESSED);
}
