/**
 * The operators of a Flink job, read from the plan that its REST interface gives: each vertex is a chain (or a tree) of
 * operators in one text, each operator with the number that Flink gave it. Pure.
 *
 *   [1]:TableSourceScan(table=[[…, orders]], …)       vertex 1      [7]:GlobalWindowAggregate(…)     vertex 2
 *   :- [2]:Calc(…)                                                  +- [8]:Calc(…)
 *   :  +- [5]:LocalWindowAggregate(…)  ── HASH ──────────────────>     +- totals[9]: Writer
 *   +- [12]:Calc(…)
 *
 * Which operator of a vertex an edge to another vertex begins at is not said; the candidates are given in the order in
 * which they are likely: rows leave at the ends of a tree, and an operator has a larger number than those it reads.
 */

/** A vertex of the plan, as the REST interface has it. */
export interface FlinkPlanNode {
  readonly id: string;
  readonly description: string;
  readonly inputs?: readonly { readonly num: number; readonly id: string }[] | undefined;
}

/** An operator. */
export interface FlinkOperator {
  /** Flink's number; 0 where a connector brings along an operator without one. */
  readonly number: number;
  /** What its figures are known by: the number in `Calc[8].numRecordsOut`, or the name where there is none. */
  readonly key: string;
  /** `Calc`, `GroupAggregate`, `TableSourceScan`; of a writer or committer of a sink: `Sink`. */
  readonly name: string;
  /** For people: `Calc[8]`. */
  readonly label: string;
  /** Last name of the table that it reads or writes; empty when it is neither. */
  readonly table: string;
  readonly vertexId: string;
  /** For each input, the operators that may feed it, the likeliest first. */
  readonly inputs: readonly (readonly FlinkOperator[])[];
}

interface Parsed {
  readonly operator: { -readonly [K in keyof FlinkOperator]: FlinkOperator[K] };
  readonly depth: number;
  readonly children: Parsed[];
}

/** The operators of a job. */
export function flinkOperators(nodes: readonly FlinkPlanNode[]): FlinkOperator[] {
  const trees = new Map(nodes.map(({ id, description }) => [id, parseTree(description, id)]));
  for (const { id, inputs = [] } of nodes) {
    const head = trees.get(id)?.[0];
    if (head === undefined) continue;
    const sorted = [...inputs].sort((a, b) => a.num - b.num);
    head.operator.inputs = sorted.map((input, i) => {
      const emitters = emittersOf(trees.get(input.id) ?? [], head.operator.number);
      // Several edges between two vertices begin at different ends, in the order of their numbers.
      const same = sorted.filter(({ id: other }) => other === input.id);
      const later = same.length - 1 - sorted.slice(0, i).filter(({ id: other }) => other === input.id).length;
      const own = emitters[later];
      return own === undefined ? emitters : [own, ...emitters.filter((each) => each !== own)];
    });
  }
  return [...trees.values()].flat().map(({ operator }) => operator);
}

/** What the filesystem connector writes with, in one operator before an end that does nothing. */
const FILE_WRITER = 'StreamingFileWriter';

/** Lines in their order, the head first. */
function parseTree(description: string, vertexId: string): Parsed[] {
  const parsed: Parsed[] = [];
  const open: Parsed[] = [];
  for (const line of unescaped(description).split(/<br\/?>|\n/)) {
    const text = line.replace(/^(?:[:|+ -] {0,2})*/, '');
    const operator = parseOperator(text, vertexId);
    if (operator === null) continue;
    const depth = (line.length - text.length) / 3;
    while (open.length > 0 && (open[open.length - 1]?.depth ?? 0) >= depth) open.pop();
    const parent = open[open.length - 1];
    const own: Parsed = { operator, depth, children: [] };
    if (parent !== undefined) {
      parent.children.push(own);
      operator.inputs = [[parent.operator]];
    }
    open.push(own);
    parsed.push(own);
  }
  return parsed;
}

function unescaped(text: string): string {
  return text.replaceAll('&gt;', '>').replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

function parseOperator(text: string, vertexId: string): Parsed['operator'] | null {
  const relational = /^\[(\d+)\]:(\w+)\(/.exec(text);
  if (relational !== null) {
    const [, number = '', name = ''] = relational;
    const table = name === 'TableSourceScan' ? scanned(text) : name === 'Sink' ? sunk(text) : '';
    return { number: Number(number), key: number, name, label: `${name}[${number}]`, table, vertexId, inputs: [] };
  }
  // Parts of a sink of the newer kind, and operators that connectors bring along: `totals[9]: Writer`.
  const part = /^(?:Sink: )?(.+?)\[(\d+)\](?:: (\w+))?/.exec(text);
  if (part === null) {
    // `StreamingFileWriter` says neither which table it is of, nor a number.
    const label = /^(?:Sink: )?([\w-]+(?:: \w+)?)$/.exec(text)?.[1];
    if (label === undefined) return null;
    return {
      number: 0,
      key: label,
      name: label === FILE_WRITER ? 'Sink' : label,
      label,
      table: '',
      vertexId,
      inputs: [],
    };
  }
  const [, table = '', number = '', what = ''] = part;
  const label = what === '' ? `${table}[${number}]` : `${table}[${number}]: ${what}`;
  return { number: Number(number), key: number, name: 'Sink', label, table, vertexId, inputs: [] };
}

/** `table=[[catalog, database, orders, project=[…]]]`: the third name. */
function scanned(text: string): string {
  return /\(table=\[\[[^,\]]+, [^,\]]+, ([^,\]]+)/.exec(text)?.[1] ?? '';
}

/** `table=[catalog.database.totals]`: what stands behind the second dot. */
function sunk(text: string): string {
  return /\(table=\[[^.\]]+\.[^.\]]+\.([^\]]+)\]/.exec(text)?.[1] ?? '';
}

/** Operators of a vertex whose rows may go to an operator of that number in another one, the likeliest first. */
function emittersOf(tree: readonly Parsed[], consumer: number): FlinkOperator[] {
  const possible = tree.filter(({ operator }) => operator.name !== 'Sink' || tree.length === 1);
  const byNumber = (list: readonly Parsed[]): FlinkOperator[] =>
    list.map(({ operator }) => operator).sort((a, b) => b.number - a.number);
  const before = possible.filter(({ operator }) => operator.number <= consumer);
  const ends = before.filter(({ children }) => children.length === 0);
  const inner = before.filter(({ children }) => children.length > 0);
  const after = possible.filter(({ operator }) => operator.number > consumer);
  return [...byNumber(ends), ...byNumber(inner), ...byNumber(after)];
}
