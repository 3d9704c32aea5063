/**
 * When a part file ends. Flink: `FileSystemTableSink.TableRollingPolicy`, with the same options: at a size,
 * looked at before each row; after a time, or a time without rows, looked at every check interval; and at every
 * checkpoint where a file of the format cannot be gone on with by another process.
 */
import { durationMs } from '../../base/durations.ts';

/** Limits of a part file. */
export interface RollingPolicy {
  readonly fileSizeBytes: number;
  readonly rolloverMs: number;
  readonly inactivityMs: number;
  readonly checkMs: number;
  readonly isRolledAtCheckpoint: boolean;
}

/** When a part was begun, and when it got its last row. */
export interface PartTimes {
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** Formats whose writers are `BulkWriter`s in Flink; all others encode row by row. */
const BULK_FORMATS: ReadonlySet<string> = new Set(['csv', 'avro', 'parquet', 'orc']);

/** The policy that a table's options ask for. */
export function rollingPolicyOf(options: ReadonlyMap<string, string>): RollingPolicy {
  const of = (name: string): string => options.get(`sink.rolling-policy.${name}`) ?? '';
  const duration = (name: string, fallbackMs: number): number => durationMs(of(name)) ?? fallbackMs;
  const isCompacted = options.get('auto-compaction')?.trim().toLowerCase() === 'true';
  return {
    fileSizeBytes: memoryBytes(of('file-size')) ?? 128 * 1024 * 1024,
    rolloverMs: duration('rollover-interval', 30 * 60_000),
    inactivityMs: duration('inactivity-interval', 30 * 60_000),
    checkMs: duration('check-interval', 60_000),
    isRolledAtCheckpoint: isCompacted || BULK_FORMATS.has(options.get('format') ?? ''),
  };
}

/** Whether a part has lived, or waited for rows, long enough. */
export function hasTimedOut({ createdMs, updatedMs }: PartTimes, policy: RollingPolicy, nowMs: number): boolean {
  return nowMs - createdMs >= policy.rolloverMs || nowMs - updatedMs >= policy.inactivityMs;
}

const UNIT_BYTES: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Bytes of `128MB`, `64 kb`, `1g`. Flink: `MemorySize.parse`. */
function memoryBytes(text: string): number | undefined {
  const match = /^\s*(\d+)\s*([a-z]*)\s*$/i.exec(text);
  if (match === null) return undefined;
  const unit = UNIT_BYTES[(match[2] ?? '').slice(0, 1).toLowerCase()];
  return unit === undefined ? undefined : Number(match[1]) * unit;
}
