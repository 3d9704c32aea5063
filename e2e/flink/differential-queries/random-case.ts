/** A whole random script: settings, tables, perhaps a view, one query or insertion; and how its result is to be compared. */
import type { Random } from '../../../src/runtime/seams/random.ts';
import { SeededRandom } from '../../../src/runtime/seams/seeded-random.ts';
import type { CompareRules, TableRule } from '../compare-rule.ts';
import { ofKind } from './random-expressions.ts';
import { intervalJoin, join, setOperation, subQueryCondition, temporalJoin } from './random-joins.ts';
import {
  deduplicate,
  distinct,
  filterAndProject,
  groupAggregate,
  groupingSets,
  orderAndLimit,
  over,
  type QueryContext,
  queryOf,
  type RandomQuery,
  type Step,
  tableQuery,
  topN,
  unnest,
} from './random-queries.ts';
import { chance, pick, type RandomTable, randomTables } from './random-tables.ts';
import { legacyWindow, windowAggregate, windowJoin, windowOfWindow, windowRows, windowTopN } from './random-windows.ts';

/** A script with its inputs. */
export interface RandomCase {
  readonly seed: number;
  readonly script: string;
  readonly files: Readonly<Record<string, string>>;
  readonly rules: CompareRules;
}

const STEPS: readonly Step[] = [
  filterAndProject,
  filterAndProject,
  groupAggregate,
  groupAggregate,
  groupAggregate,
  groupingSets,
  distinct,
  topN,
  topN,
  deduplicate,
  over,
  unnest,
  orderAndLimit,
  windowAggregate,
  windowAggregate,
  windowOfWindow,
  windowRows,
  windowTopN,
  legacyWindow,
];

/** The case of a seed: the same seed gives the same case. */
export function randomCase(seed: number): RandomCase {
  const random = new SeededRandom(seed).fork('query');
  const all = randomTables(random);
  const paced = chance(random, 8);
  // Paced, the order is defined between ways from one table, not between two.
  const single = pick(random, all.slice(0, 3));
  let count = 0;
  const context: QueryContext = {
    random,
    paced,
    tables: paced ? [single] : all,
    fresh: () => {
      count += 1;
      return count;
    },
  };
  const query = randomQuery(context, 1 + random.nextInt(3));
  const used = all.filter(({ name }) => new RegExp(`\\b${name}\\b`).test(query.sql));
  const script = [
    `-- seed ${seed}`,
    "SET 'pipeline.auto-watermark-interval' = '0 ms';",
    ...used.map(({ statement }) => statement),
    `${query.sql};`,
  ].join('\n');
  const statement = used.length + 2;
  const rule = ruleOf(query);
  return {
    seed,
    script: `${script}\n`,
    files: Object.fromEntries(
      used.map(({ name, lines }) => [`${name}.jsonl`, lines.map((line) => `${line}\n`).join('')]),
    ),
    rules: { why: 'drawn', paced, rules: { [`statement ${statement}`]: rule } },
  };
}

function randomQuery(context: QueryContext, steps: number): RandomQuery {
  const { random, paced } = context;
  let query: RandomQuery;
  if (chance(random, 3)) {
    const left = shortQuery(context, paced ? 0 : null);
    const right = shortQuery(context, paced ? 1 : null);
    const combined = pick(random, [
      join,
      join,
      subQueryCondition,
      intervalJoin,
      setOperation,
      windowJoin,
      (c: QueryContext, l: RandomQuery) => temporalJoin(c, l),
    ])(context, left, right);
    query = combined ?? left;
  } else {
    query = tableQuery(pickTable(random, context.tables));
  }
  for (let n = 0; n < steps; n++) query = pick(random, STEPS)(context, query) ?? query;
  return query.from.startsWith('(') ? query : queryOf(context, query.sql, query.columns, query);
}

/** One side of a join: a table, perhaps with a step upon it. Paced sides are halves of one table, by their first column. */
function shortQuery(context: QueryContext, half: 0 | 1 | null): RandomQuery {
  const table = tableQuery(pickTable(context.random, context.tables));
  const [id] = ofKind(table.columns, 'int');
  const base =
    half === null || id === undefined
      ? table
      : queryOf(context, `SELECT * FROM ${table.from} WHERE MOD(${id.name}, 2) = ${half}`, table.columns, table);
  return chance(context.random, 2) ? base : (pick(context.random, STEPS)(context, base) ?? base);
}

/** `p` has little to aggregate: it is for temporal joins, mostly. */
function pickTable(random: Random, tables: readonly RandomTable[]): RandomTable {
  const table = pick(random, tables);
  return table.name === 'p' && tables.length > 1 && !chance(random, 3) ? pick(random, tables) : table;
}

function ruleOf({ order, columns }: RandomQuery): TableRule {
  switch (order.kind) {
    case 'total':
      return {};
    case 'per-key':
      return { order: 'per-key', key: order.key };
    case 'per-row':
      return { order: 'per-key', key: columns.map(({ name }) => name) };
    case 'none':
      return { compare: 'final-table' };
  }
}
