/**
 * The `datagen` connector: rows out of nothing, random or in sequence. Flink: `DataGenTableSourceFactory`.
 * All randomness comes from the run's seed and the table's name, so a run repeats.
 */
import { assert } from '../../base/assert.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { Value } from '../../data/value.ts';
import type { RowInput } from '../../engine/operator.ts';
import type { PollStatus, SourceProgress, SourceReader } from '../../engine/source.ts';
import type { BoundTable } from '../../sql/2-bind/catalog.ts';
import type { Connector, OptionProblem, OptionSpec, SourceRequest } from '../connector.ts';
import { scanColumns } from '../table-columns.ts';
import { type Generator, generatorOf } from './generators.ts';

/** Flink: `DataGenConnectorOptions.ROWS_PER_SECOND_DEFAULT_VALUE`. */
const ROWS_PER_SECOND = 10_000;
/** Rows come in portions of this much time, so that a slow stream is smooth and a fast one cheap. */
const PORTION_MS = 20;

/** Generates the rows of one table. */
class DatagenReader implements SourceReader {
  readonly canReadAgain = true;
  readonly #request: SourceRequest;
  readonly #generators: readonly Generator[];
  readonly #columns: readonly number[];
  readonly #total: number;
  readonly #rowsPerSecond: number;
  #rowsRead = 0;
  #openedMs = 0;
  #openedRows = 0;
  #wake: () => void = () => {};
  #timer: { dispose(): void } | null = null;

  constructor(request: SourceRequest, generators: readonly Generator[], total: number, rowsPerSecond: number) {
    this.#request = request;
    this.#generators = generators;
    this.#columns = request.columns;
    this.#total = total;
    this.#rowsPerSecond = rowsPerSecond;
  }

  open(wake: () => void): Result<void> {
    this.#wake = wake;
    this.#openedMs = this.#request.seams.clock.nowMs();
    this.#openedRows = this.#rowsRead;
    return ok(undefined);
  }

  poll(output: RowInput, rowCountMax: number): Result<PollStatus> {
    const { clock } = this.#request.seams;
    const elapsedMs = clock.nowMs() - this.#openedMs;
    const due = Math.max(1, Math.floor(((elapsedMs + PORTION_MS) * this.#rowsPerSecond) / 1000));
    const allowed = Math.min(this.#total, this.#openedRows + due);
    for (let emitted = 0; emitted < rowCountMax && this.#rowsRead < allowed; emitted++) {
      this.#rowsRead += 1;
      // All generators move on, also those of columns that nobody reads: rows stay the same.
      const row: Value[] = this.#generators.map((generator) => generator.next());
      output.processRow(
        RowKind.Insert,
        this.#columns.map((column) => row[column] as Value),
      );
    }
    if (this.#rowsRead >= this.#total) return ok('end');
    if (this.#rowsRead < allowed) return ok('more');
    const waitMs = Math.max(PORTION_MS, 1000 / this.#rowsPerSecond);
    this.#timer?.dispose();
    this.#timer = clock.at(clock.nowMs() + waitMs, () => this.#wake());
    return ok('blocked');
  }

  progress(): SourceProgress {
    const fraction = Number.isFinite(this.#total) ? this.#rowsRead / Math.max(1, this.#total) : null;
    return { rowsRead: this.#rowsRead, fraction };
  }

  position(): Value {
    return [
      this.#rowsRead,
      this.#generators.map((generator) => generator.position()),
      [...this.#request.seams.random.state()],
    ];
  }

  restore(position: Value): void {
    assert(Array.isArray(position), 'the position of a generator is a list');
    const [rowsRead, positions, random] = position as [number, number[], number[]];
    this.#rowsRead = rowsRead;
    this.#generators.forEach((generator, index) => {
      generator.restore(positions[index] ?? 0);
    });
    this.#request.seams.random.restore(random);
  }

  close(): void {
    this.#timer?.dispose();
  }
}

const perField = (key: string, type: OptionSpec['type'], doc: string): OptionSpec => ({
  key: `fields.#.${key}`,
  type,
  required: false,
  doc,
  perField: true,
  usedBy: 'source',
});

const OPTIONS: readonly OptionSpec[] = [
  {
    key: 'rows-per-second',
    type: 'long',
    required: false,
    default: String(ROWS_PER_SECOND),
    doc: 'How fast rows come.',
    usedBy: 'source',
  },
  {
    key: 'number-of-rows',
    type: 'long',
    required: false,
    doc: 'How many rows; without it there is no end unless a sequence has one.',
    usedBy: 'source',
  },
  {
    key: 'scan.parallelism',
    type: 'int',
    required: false,
    doc: 'Number of readers; always one here.',
    usedBy: 'source',
  },
  { ...perField('kind', 'enum', 'How values are made.'), values: ['random', 'sequence'], default: 'random' },
  perField('min', 'string', 'Smallest random value.'),
  perField('max', 'string', 'Largest random value.'),
  perField('max-past', 'duration', 'How far back random times go.'),
  perField('length', 'int', 'Length of random text, bytes or collections.'),
  perField('var-len', 'boolean', 'Whether the length varies up to that.'),
  perField('start', 'string', 'First value of a sequence.'),
  perField('end', 'string', 'Last value of a sequence.'),
  perField('null-rate', 'double', 'Share of NULLs, 0 to 1.'),
];

/** A source of made-up rows. */
export const datagenConnector: Connector = {
  name: 'datagen',
  doc: 'Makes up rows, random or in sequence, at a given rate.',
  options: OPTIONS,
  source: {
    bounded: (table) =>
      table.options.has('number-of-rows') ||
      [...table.options].some(([key, value]) => /^fields\..*\.kind$/.test(key) && value === 'sequence'),
    changelog: () => 'insert-only',
    metadata: () => [],
    create(request) {
      const { table, seams } = request;
      const random = seams.random.fork(`datagen:${table.path.catalog}.${table.path.database}.${table.path.name}`);
      const own = { ...request, seams: { ...seams, random } };
      const generators: Generator[] = [];
      for (const column of scanColumns(table)) {
        const generator = generatorOf(column.name, column.type, table.options, { random, clock: seams.clock });
        if (!generator.ok) return err({ domain: 'format', message: generator.error, retry: 'never' });
        generators.push(generator.value);
      }
      const limit = Number(table.options.get('number-of-rows') ?? Number.POSITIVE_INFINITY);
      const total = Math.min(limit, ...generators.map((generator) => generator.remaining()));
      const rowsPerSecond = Number(table.options.get('rows-per-second') ?? ROWS_PER_SECOND);
      return ok(new DatagenReader(own, generators, total, rowsPerSecond));
    },
  },
  validate: validateDatagen,
};

function validateDatagen(table: BoundTable): readonly OptionProblem[] {
  const problems: OptionProblem[] = [];
  const add = (key: string, message: string, hint: string): void => {
    problems.push({ code: 'validate/connector-options', message, hint, key });
  };
  const rate = table.options.get('rows-per-second');
  if (rate !== undefined && !(Number(rate) > 0)) {
    add(
      'rows-per-second',
      `Could not parse value '${rate}' for key 'rows-per-second'.`,
      'Give a whole number above zero.',
    );
  }
  const seams = { random: NO_RANDOM, clock: NO_CLOCK };
  for (const column of scanColumns(table)) {
    const generator = generatorOf(column.name, column.type, table.options, seams);
    if (!generator.ok) add(`fields.${column.name}`, generator.error, 'Correct the options of this column.');
  }
  return problems;
}

/** Validation draws nothing; these say so. */
const NO_RANDOM = {
  next: () => 0,
  nextInt: () => 0,
  state: () => [],
  restore: () => {},
  fork: () => NO_RANDOM,
};
const NO_CLOCK = { nowMs: () => 0, at: () => ({ dispose: () => {} }) };
