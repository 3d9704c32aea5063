/**
 * The `nexmark` connector: the stream of an auction house that streaming engines are measured with. Columns are those
 * of Flink's Nexmark: `event_type` (0 person, 1 auction, 2 bid) and a ROW for each kind, NULL unless it is that kind.
 */
import { assert } from '../../base/assert.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import type { RowInput } from '../../engine/operator.ts';
import type { PollStatus, SourceProgress, SourceReader } from '../../engine/source.ts';
import type { BoundTable } from '../../sql/2-bind/catalog.ts';
import type { Connector, OptionProblem, OptionSpec, SourceRequest } from '../connector.ts';
import { scanColumns } from '../table-columns.ts';
import {
  NEXMARK_DEFAULTS,
  NEXMARK_EVENT_TYPES,
  type NexmarkEvent,
  NexmarkEvents,
  type NexmarkSettings,
  nexmarkPart,
} from './events.ts';

/** Names of the fields of each kind, with the kinds of types that hold them. */
const FIELDS: Readonly<Record<NexmarkEvent['kind'], Readonly<Record<string, 'number' | 'text' | 'time'>>>> = {
  person: {
    ...{ id: 'number', name: 'text', emailAddress: 'text', creditCard: 'text', city: 'text', state: 'text' },
    ...{ dateTime: 'time', extra: 'text' },
  },
  auction: {
    ...{ id: 'number', itemName: 'text', description: 'text', initialBid: 'number', reserve: 'number' },
    ...{ dateTime: 'time', expires: 'time', seller: 'number', category: 'number', extra: 'text' },
  },
  bid: {
    ...{ auction: 'number', bidder: 'number', price: 'number', channel: 'text', url: 'text', dateTime: 'time' },
    ...{ extra: 'text' },
  },
};

const KINDS: readonly NexmarkEvent['kind'][] = ['person', 'auction', 'bid'];

/** Types that hold each kind of field. */
const HOLDERS: Readonly<Record<'number' | 'text' | 'time', readonly LogicalType['kind'][]>> = {
  number: ['BIGINT'],
  text: ['VARCHAR'],
  time: ['TIMESTAMP', 'TIMESTAMP_LTZ'],
};

/** Events are paced in portions of this much time where a rate is asked for. */
const PORTION_MS = 20;

class NexmarkReader implements SourceReader {
  readonly canReadAgain = true;
  readonly #request: SourceRequest;
  readonly #events: NexmarkEvents;
  readonly #columns: readonly ((event: NexmarkEvent) => Value)[];
  readonly #total: number;
  /** Events a second of real time; `null`: as fast as possible. */
  readonly #paceRate: number | null;
  #read = 0;
  #openedMs = 0;
  #openedAt = 0;
  #wake: () => void = () => {};
  #timer: { dispose(): void } | null = null;

  constructor(request: SourceRequest, settings: NexmarkSettings, total: number, isPaced: boolean) {
    this.#request = request;
    this.#events = new NexmarkEvents(settings);
    this.#total = Math.min(total, request.rowCountMax ?? Number.POSITIVE_INFINITY);
    this.#paceRate = isPaced ? settings.eventsPerSecond : null;
    const columns = scanColumns(request.table);
    this.#columns = request.columns.map((index) => {
      const column = columns[index];
      assert(column !== undefined, 'a scan asks for columns of its table');
      return columnReader(column.name, column.type);
    });
  }

  open(wake: () => void): Result<void> {
    this.#wake = wake;
    this.#openedMs = this.#request.seams.clock.nowMs();
    this.#openedAt = this.#read;
    return ok(undefined);
  }

  poll(output: RowInput, rowCountMax: number): Result<PollStatus> {
    const allowed = Math.min(this.#total, this.#openedAt + this.#due());
    const columns = this.#columns;
    for (let emitted = 0; emitted < rowCountMax && this.#read < allowed; emitted++) {
      const event = this.#events.event(this.#read);
      this.#read += 1;
      const row: Value[] = new Array(columns.length);
      for (let i = 0; i < columns.length; i++) row[i] = columns[i]?.(event) ?? null;
      output.processRow(RowKind.Insert, row);
    }
    if (this.#read >= this.#total) return ok('end');
    if (this.#read < allowed) return ok('more');
    const { clock } = this.#request.seams;
    this.#timer?.dispose();
    this.#timer = clock.at(clock.nowMs() + PORTION_MS, () => this.#wake());
    return ok('blocked');
  }

  progress(): SourceProgress {
    const fraction = Number.isFinite(this.#total) ? this.#read / Math.max(1, this.#total) : null;
    return { rowsRead: this.#read, fraction };
  }

  position(): Value {
    return this.#read;
  }

  restore(position: Value): void {
    assert(typeof position === 'number', 'the position of a stream of events is a number');
    this.#read = position;
  }

  close(): void {
    this.#timer?.dispose();
  }

  #due(): number {
    if (this.#paceRate === null) return Number.POSITIVE_INFINITY;
    const elapsedMs = this.#request.seams.clock.nowMs() - this.#openedMs;
    return Math.max(1, Math.floor(((elapsedMs + PORTION_MS) * this.#paceRate) / 1000));
  }
}

/** Reads a column of the table out of an event. */
function columnReader(name: string, type: LogicalType): (event: NexmarkEvent) => Value {
  if (name === 'event_type') return (event) => NEXMARK_EVENT_TYPES[event.kind];
  const fields = type.kind === 'ROW' ? type.fields.map((field) => field.name) : [];
  return (event) => {
    if (event.kind !== name) return null;
    const part = nexmarkPart(event) as unknown as Readonly<Record<string, Value>>;
    const row: Value[] = new Array(fields.length);
    for (let i = 0; i < fields.length; i++) row[i] = part[fields[i] as string] as Value;
    return row as Row;
  };
}

const option = (key: string, type: OptionSpec['type'], fallback: string | number, doc: string): OptionSpec => ({
  key,
  type,
  required: false,
  default: String(fallback),
  doc,
  usedBy: 'source',
});

const D = NEXMARK_DEFAULTS;

/** Names of Flink's Nexmark, and two of our own: where time begins, and the seed. */
const OPTIONS: readonly OptionSpec[] = [
  option('events.num', 'long', 0, 'How many events; 0: without end.'),
  option('first-event.rate', 'int', D.eventsPerSecond, 'Events a second of event time.'),
  option('rate.limited', 'boolean', 'false', 'Events come in real time, not as fast as possible.'),
  option('person.proportion', 'int', D.proportions.person, 'Persons among the events.'),
  option('auction.proportion', 'int', D.proportions.auction, 'Auctions among the events.'),
  option('bid.proportion', 'int', D.proportions.bid, 'Bids among the events.'),
  option('person.avg-size', 'int', D.sizes.person, 'Bytes of a person on average.'),
  option('auction.avg-size', 'int', D.sizes.auction, 'Bytes of an auction on average.'),
  option('bid.avg-size', 'int', D.sizes.bid, 'Bytes of a bid on average.'),
  option('bid.hot-ratio.auctions', 'int', D.hotAuctionRatio, 'One of so many bids is not for a hot auction.'),
  option('bid.hot-ratio.bidders', 'int', D.hotBidderRatio, 'One of so many bids is not of a hot bidder.'),
  option('auction.hot-ratio.sellers', 'int', D.hotSellerRatio, 'One of so many auctions is not of a hot seller.'),
  option('base-time', 'long', D.baseMs, 'Time of the first event, in milliseconds since 1970.'),
  option('seed', 'int', D.seed, 'Another seed, other events.'),
];

function settingsOf(options: ReadonlyMap<string, string>): NexmarkSettings {
  const number = (key: string): number => {
    const spec = OPTIONS.find((each) => each.key === key);
    return Number(options.get(key) ?? spec?.default);
  };
  return {
    seed: number('seed'),
    baseMs: number('base-time'),
    eventsPerSecond: number('first-event.rate'),
    proportions: {
      person: number('person.proportion'),
      auction: number('auction.proportion'),
      bid: number('bid.proportion'),
    },
    sizes: { person: number('person.avg-size'), auction: number('auction.avg-size'), bid: number('bid.avg-size') },
    hotAuctionRatio: number('bid.hot-ratio.auctions'),
    hotBidderRatio: number('bid.hot-ratio.bidders'),
    hotSellerRatio: number('auction.hot-ratio.sellers'),
  };
}

/** Number of events; infinite for 0. */
function totalOf({ options }: BoundTable): number {
  const count = Number(options.get('events.num') ?? 0);
  return count > 0 ? count : Number.POSITIVE_INFINITY;
}

function validate(table: BoundTable): readonly OptionProblem[] {
  const problem = (message: string, hint: string, key?: string): OptionProblem => ({
    code: 'validate/connector-options',
    message,
    hint,
    ...(key === undefined ? {} : { key }),
  });
  const positive = OPTIONS.filter(({ type, key }) => type === 'int' && key !== 'seed');
  const wrong = positive.find(({ key }) => Number(table.options.get(key) ?? 1) < 1);
  if (wrong !== undefined) {
    return [problem(`'${wrong.key}' must be at least 1.`, `Leave it out for ${wrong.default}.`, wrong.key)];
  }
  return scanColumns(table).flatMap(({ name, type }) => columnProblems(name, type, problem));
}

function columnProblems(
  name: string,
  type: LogicalType,
  problem: (message: string, hint: string) => OptionProblem,
): readonly OptionProblem[] {
  const kind = KINDS.find((each) => each === name);
  if (kind === undefined) {
    if (name === 'event_type' && type.kind === 'INT') return [];
    const hint = 'Its columns are event_type INT, person ROW<…>, auction ROW<…> and bid ROW<…>.';
    return [problem(`The nexmark connector has no column '${name}' of this type.`, hint)];
  }
  const known = FIELDS[kind];
  if (type.kind !== 'ROW') return [problem(`Column '${name}' must be a ROW.`, `ROW<${Object.keys(known).join(', ')}>`)];
  return type.fields.flatMap((field) => {
    const holder = Object.hasOwn(known, field.name) ? known[field.name] : undefined;
    if (holder === undefined) {
      const hint = `The fields are ${Object.keys(known).join(', ')}.`;
      return [problem(`A ${kind} of the nexmark connector has no field '${field.name}'.`, hint)];
    }
    const holders = HOLDERS[holder];
    const isHeld = holders.includes(field.type.kind) && !('precision' in field.type && field.type.precision > 3);
    if (isHeld) return [];
    const hint = holder === 'time' ? 'Use TIMESTAMP(3).' : `Use ${holder === 'text' ? 'STRING' : 'BIGINT'}.`;
    return [problem(`Field '${name}.${field.name}' has another type in the nexmark connector.`, hint)];
  });
}

/** The source of events. */
export const nexmarkConnector: Connector = {
  name: 'nexmark',
  doc: 'Makes up the persons, auctions and bids of the Nexmark benchmark.',
  options: OPTIONS,
  source: {
    takesLimit: true,
    bounded: (table) => Number.isFinite(totalOf(table)),
    changelog: () => 'insert-only',
    metadata: () => [],
    create(request) {
      const isPaced = request.table.options.get('rate.limited')?.trim().toLowerCase() === 'true';
      const total = totalOf(request.table);
      if (Number.isNaN(total)) return err({ domain: 'format', message: "'events.num' is no number.", retry: 'never' });
      return ok(new NexmarkReader(request, settingsOf(request.table.options), total, isPaced));
    },
  },
  validate,
};
