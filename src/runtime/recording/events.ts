/**
 * Events of the log: a few bytes per turn of a hundred rows. Times are differences to the event before;
 * rows are there only for sources that cannot be read again.
 *
 *   flags: kind (2 bits) · status (2 bits) · time is a double (1 bit) · rows follow (1 bit)
 */

import { ByteReader, type ByteWriter, DamagedBytes, type Plain } from '../data/plain-bytes.ts';
import { fromPortable, type Portable, toPortable } from '../data/portable.ts';
import type { RowKind } from '../data/row-kind.ts';
import type { Row } from '../data/value.ts';
import type { PollStatus } from '../engine/source.ts';

/** A row as it entered. */
export interface EnteredRow {
  readonly kind: RowKind;
  readonly row: Row;
}

/** How a turn ended. */
export type TurnStatus = PollStatus | 'failed';

/** What entered the run. */
export type RecordedEvent =
  | { readonly kind: 'timers'; readonly timeMs: number }
  | {
      readonly kind: 'turn';
      readonly timeMs: number;
      readonly source: number;
      readonly rowCount: number;
      readonly status: TurnStatus;
      /** `null` when the source can be read again. */
      readonly rows: readonly EnteredRow[] | null;
    };

/** A chunk of the log. */
export interface Chunk {
  readonly job: number;
  readonly firstRow: number;
  readonly events: readonly RecordedEvent[];
}

const STATUSES: readonly TurnStatus[] = ['more', 'blocked', 'end', 'failed'];
const TURN = 0;
const TIMERS = 1;
const IS_DOUBLE = 16;
const HAS_ROWS = 32;

/** Begins a chunk in an empty writer. */
export function writeChunkHead(writer: ByteWriter, job: number, firstRow: number, timeMs: number): void {
  writer.varint(job);
  writer.varint(firstRow);
  writer.double(timeMs);
}

/** Appends an event; `beforeMs` is the time of the one before, or of the head. */
export function writeEvent(writer: ByteWriter, event: RecordedEvent, beforeMs: number): void {
  const deltaMs = event.timeMs - beforeMs;
  const isDouble = !Number.isSafeInteger(deltaMs) || deltaMs < 0 || beforeMs + deltaMs !== event.timeMs;
  let flags = isDouble ? IS_DOUBLE : 0;
  if (event.kind === 'timers') flags |= TIMERS;
  else flags |= TURN | (STATUSES.indexOf(event.status) << 2) | (event.rows === null ? 0 : HAS_ROWS);
  writer.byte(flags);
  if (isDouble) writer.double(event.timeMs);
  else writer.varint(deltaMs);
  if (event.kind !== 'turn') return;
  writer.varint(event.source);
  writer.varint(event.rowCount);
  for (const { kind, row } of event.rows ?? []) {
    writer.byte(kind);
    // Portable data is plain data; the compiler cannot see through its named forms.
    writer.plain(row.map(toPortable) as unknown as Plain);
  }
}

/** Rows that entered by these events. */
export function rowCountOf(events: Chunk['events']): number {
  return events.reduce((sum, event) => sum + (event.kind === 'turn' ? event.rowCount : 0), 0);
}

/** Reads the payload of a chunk. */
export function readChunk(payload: Uint8Array): Chunk {
  const reader = new ByteReader(payload);
  const job = reader.varint();
  const firstRow = reader.varint();
  let timeMs = reader.double();
  const events: RecordedEvent[] = [];
  while (!reader.isAtEnd) {
    const flags = reader.byte();
    timeMs = flags & IS_DOUBLE ? reader.double() : timeMs + reader.varint();
    const kind = flags & 3;
    if (kind === TIMERS) {
      events.push({ kind: 'timers', timeMs });
      continue;
    }
    if (kind !== TURN) throw new DamagedBytes(`there is no event of kind ${kind}`);
    const source = reader.varint();
    const rowCount = reader.varint();
    const rows = flags & HAS_ROWS ? readRows(reader, rowCount) : null;
    events.push({ kind: 'turn', timeMs, source, rowCount, status: STATUSES[(flags >> 2) & 3] as TurnStatus, rows });
  }
  return { job, firstRow, events };
}

function readRows(reader: ByteReader, count: number): EnteredRow[] {
  const rows: EnteredRow[] = [];
  for (let i = 0; i < count; i++) {
    const kind = reader.byte();
    if (kind > 3) throw new DamagedBytes(`there is no row kind ${kind}`);
    const row = reader.plain();
    if (!Array.isArray(row)) throw new DamagedBytes('a row is a list');
    rows.push({ kind: kind as RowKind, row: (row as Portable[]).map(fromPortable) });
  }
  return rows;
}
