/** From what a run tells (`engine/run-recorder.ts`) to events of a recording. */
import type { RowKind } from '../data/row-kind.ts';
import type { Row } from '../data/value.ts';
import type { RunStatus } from '../engine/metrics.ts';
import type { RowInput } from '../engine/operator.ts';
import type { RunRecorder } from '../engine/run-recorder.ts';
import type { RunningSource } from '../engine/running-node.ts';
import type { EnteredRow, RecordedEvent, TurnStatus } from './events.ts';

/** Where the recorder puts what it hears. */
export interface JobLog {
  jobOpened(timeMs: number): void;
  event(event: RecordedEvent): void;
  betweenTurns(): void;
  jobEnded(status: RunStatus, digests: 'rows and state' | 'rows' | 'none'): void;
  waitFor(): Promise<void> | null;
}

/** Records one run. */
export class JobRecorder implements RunRecorder {
  readonly #log: JobLog;
  #source = 0;
  #timeMs = 0;
  #rows: EnteredRow[] | null = null;
  #hasFailedTurn = false;

  constructor(log: JobLog) {
    this.#log = log;
  }

  opened(timeMs: number): void {
    this.#log.jobOpened(timeMs);
  }

  timersDue(timeMs: number): void {
    this.#log.event({ kind: 'timers', timeMs });
  }

  turnBegins(source: number, running: RunningSource, timeMs: number): RowInput {
    this.#source = source;
    this.#timeMs = timeMs;
    if (running.reader.canReadAgain === true) {
      this.#rows = null;
      return running.output;
    }
    const rows: EnteredRow[] = [];
    this.#rows = rows;
    return {
      processRow(kind: RowKind, row: Row) {
        rows.push({ kind, row });
        running.output.processRow(kind, row);
      },
    };
  }

  turnEnds(rowCount: number, status: TurnStatus): void {
    this.#hasFailedTurn = status === 'failed';
    this.#log.event({
      kind: 'turn',
      timeMs: this.#timeMs,
      source: this.#source,
      rowCount,
      status,
      rows: this.#rows,
    });
    this.#rows = null;
  }

  betweenTurns(): void {
    this.#log.betweenTurns();
  }

  waitFor(): Promise<void> | null {
    return this.#log.waitFor();
  }

  ended(status: RunStatus, isOutside: boolean): void {
    // A row that failed may have gone half through; then only what reached the ends can be compared.
    const isHalf = status === 'failed' || this.#hasFailedTurn;
    this.#log.jobEnded(status, isOutside ? 'none' : isHalf ? 'rows' : 'rows and state');
  }
}
