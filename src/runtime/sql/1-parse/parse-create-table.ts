/** `CREATE TABLE` in all its forms: columns, LIKE, AS query, and REPLACE TABLE. Flink: `SqlCreateTable`. */
import type { ColumnDef, CreateTable, Identifier, KeyConstraint, Statement, WatermarkDef } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { refused } from './messages.ts';
import {
  atConstraint,
  parseColumn,
  parseComment,
  parseConstraint,
  parseDistribution,
  parseIfNotExists,
  parseWatermark,
  parseWithOptions,
} from './parse-ddl-parts.ts';
import { parseNameList, parseQualifiedName } from './parse-name.ts';

/** What stood before the word TABLE. */
export interface CreatePrefix {
  /** Offset of CREATE or REPLACE. */
  readonly start: number;
  readonly temporary: boolean;
  readonly orReplace: boolean;
}

interface Body {
  readonly columns: readonly ColumnDef[];
  readonly columnNames?: readonly Identifier[];
  readonly constraints: readonly KeyConstraint[];
  readonly watermarks: readonly WatermarkDef[];
}

/** Reads from TABLE on. A table with `AS query` is a `create-table-as`. */
export function parseCreateTable(c: Cursor, prefix: CreatePrefix): Statement {
  c.expect('TABLE');
  const ifNotExists = parseIfNotExists(c);
  const name = parseQualifiedName(c);
  const body = c.at('(') ? parseBody(c) : { columns: [], constraints: [], watermarks: [] };
  const comment = parseComment(c);
  const distribution = c.accept('DISTRIBUTED') ? parseDistribution(c) : undefined;
  const partitionedBy = c.accept('PARTITIONED') && c.expect('BY') ? parseNameList(c) : [];
  const options = parseWithOptions(c);
  const like = c.at('LIKE') ? parseLike(c) : undefined;
  const as = like === undefined && c.accept('AS') ? c.rules.query(c) : undefined;
  if (body.columnNames !== undefined && as === undefined && !c.failed && c.atEnd) {
    const span = { start: body.columnNames[0]?.span.start ?? prefix.start, end: c.lastEnd };
    c.report(
      refused(
        span,
        'Columns identifiers without types in the schema are supported on CTAS/RTAS statements only.',
        'Write the type of each column.',
      ),
    );
  }
  const table: CreateTable = {
    kind: 'create-table',
    span: c.spanFrom(prefix.start),
    temporary: prefix.temporary,
    orReplace: prefix.orReplace,
    ifNotExists,
    name,
    partitionedBy,
    ...body,
    ...options,
    ...(comment === undefined ? {} : { comment }),
    ...(distribution === undefined ? {} : { distribution }),
    ...(like === undefined ? {} : { like }),
    ...(as === undefined ? {} : { as }),
  };
  return as === undefined ? table : { kind: 'create-table-as', span: table.span, table };
}

/** `(columns, constraints, watermark)`, or `(a, b)`: names only, for CREATE TABLE … AS. */
function parseBody(c: Cursor): Body {
  if (c.identifierAhead(1) && (c.keyAt(2) === ',' || c.keyAt(2) === ')')) {
    return { columns: [], columnNames: parseNameList(c), constraints: [], watermarks: [] };
  }
  const columns: ColumnDef[] = [];
  const constraints: KeyConstraint[] = [];
  const watermarks: WatermarkDef[] = [];
  c.expect('(');
  do {
    if (atConstraint(c)) constraints.push(parseConstraint(c));
    else if (c.at('WATERMARK')) addWatermark(c, watermarks);
    else columns.push(parseColumn(c));
  } while (c.accept(','));
  if (!c.at(')')) c.fail([',', ')']);
  c.accept(')');
  return { columns, constraints, watermarks };
}

function addWatermark(c: Cursor, watermarks: WatermarkDef[]): void {
  const watermark = parseWatermark(c);
  if (watermarks.length > 0) {
    c.report(refused(watermark.span, 'Multiple WATERMARK statements is not supported yet.', 'Keep one WATERMARK.'));
  }
  watermarks.push(watermark);
}

const LIKE_FEATURES = [
  'ALL',
  'CONSTRAINTS',
  'DISTRIBUTION',
  'GENERATED',
  'METADATA',
  'OPTIONS',
  'PARTITIONS',
  'WATERMARKS',
];

/** `LIKE t (INCLUDING ALL EXCLUDING OPTIONS)`. */
function parseLike(c: Cursor): NonNullable<CreateTable['like']> {
  const start = c.start;
  c.expect('LIKE');
  const name = parseQualifiedName(c);
  const rules: { strategy: string; feature: string }[] = [];
  if (c.accept('(')) {
    do {
      const strategy = c.expectOneOf(['INCLUDING', 'EXCLUDING', 'OVERWRITING']);
      rules.push({ strategy, feature: c.expectOneOf(LIKE_FEATURES) });
    } while (!c.failed && !c.at(')'));
    c.expect(')');
  }
  return { span: c.spanFrom(start), name, rules };
}
