/**
 * What a connector folder offers: its options (one source for validation, forms and completion) and
 * readers and writers for tables. Flink: `DynamicTableSourceFactory`, `DynamicTableSinkFactory`.
 */
import type { Failure, Result } from '../base/result.ts';
import type { Schema } from '../data/logical-type.ts';
import type { SinkWriter, SourceReader } from '../engine/source.ts';
import type { Brokers } from '../seams/broker.ts';
import type { Clock } from '../seams/clock.ts';
import type { Files } from '../seams/files.ts';
import type { Random } from '../seams/random.ts';
import type { SchemaRegistries } from '../seams/schema-registry.ts';
import type { BoundTable } from '../sql/2-bind/catalog.ts';

/** One WITH option. */
export interface OptionSpec {
  readonly key: string;
  readonly type: 'string' | 'int' | 'long' | 'double' | 'boolean' | 'duration' | 'memory' | 'enum' | 'map';
  readonly required: boolean;
  readonly default?: string;
  readonly values?: readonly string[];
  readonly doc: string;
  /** For options per column: `fields.#.min`. */
  readonly perField?: boolean;
  readonly usedBy: 'source' | 'sink' | 'both';
}

/** The outside world as connectors see it. */
export interface ConnectorSeams {
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  /** Lines of the `print` sink, and whether they go to the output or to the error output. */
  readonly printLine: (line: string, to: 'out' | 'error') => void;
  readonly timeZone: string;
  /** Kafka; left out where the host cannot reach it. */
  readonly brokers?: Brokers;
  /** Registries of schemas; left out where the host cannot reach one. */
  readonly registries?: SchemaRegistries;
}

/** What a reader of a table must produce: `columns` are positions of physical and metadata columns, in order. */
export interface SourceRequest {
  readonly table: BoundTable;
  readonly columns: readonly number[];
  /** More changes than this are not wanted (a LIMIT directly above); readers may stop there. */
  readonly rowCountMax?: number;
  readonly seams: ConnectorSeams;
}

/** What a writer gets. */
export interface SinkRequest {
  readonly table: BoundTable;
  readonly seams: ConnectorSeams;
  /** Position of the only event time column among the rows that come; left out where there is none, or several. */
  readonly rowtimeColumn?: number;
}

/** Kinds of change that a source sends or a sink takes. `insert-only`, Flink's upsert (no -U), or all four. */
export type ConnectorChangelog = 'insert-only' | 'upsert' | 'all';

/** A mistake in a table's options. Messages are Flink's `FactoryUtil` wording. */
export interface OptionProblem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly key?: string;
}

/** A connector. */
export interface Connector {
  /** Value of `'connector'`. */
  readonly name: string;
  readonly doc: string;
  readonly options: readonly OptionSpec[];
  /** Absent when the connector cannot be read (then Flink says "can only be used as a sink"). */
  readonly source?: {
    /** Whether its readers obey `rowCountMax`. Flink: `SupportsLimitPushDown`. */
    readonly takesLimit?: boolean;
    bounded(table: BoundTable): boolean;
    changelog(table: BoundTable): ConnectorChangelog;
    /** Names and types of metadata columns it can provide. */
    metadata(table: BoundTable): Schema;
    create(request: SourceRequest): Result<SourceReader, Failure>;
  };
  readonly sink?: {
    changelog(table: BoundTable): ConnectorChangelog;
    create(request: SinkRequest): Result<SinkWriter, Failure>;
  };
  /** Whether a key that `options` does not list may be there all the same (`properties.*`). */
  takesKey?(key: string, table: BoundTable): boolean;
  /** Checks the options beyond what `options` says (ranges, combinations, the format's own options). */
  validate(table: BoundTable, use: 'source' | 'sink'): readonly OptionProblem[];
}
