/** `ALTER TABLE` and `ALTER VIEW`; other ALTER statements are known by name only. Flink: `SqlAlterTable`. */
import type { AlterTableAction, ColumnDef, KeyConstraint, QualifiedName, Statement, WatermarkDef } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { refused } from './messages.ts';
import {
  atConstraint,
  parseColumn,
  parseConstraint,
  parseDistribution,
  parseIfExists,
  parseOptionKeys,
  parseOptions,
  parseWatermark,
} from './parse-ddl-parts.ts';
import { parseQualifiedName } from './parse-name.ts';
import { parseLoosely } from './parse-other.ts';

type AddOrModify = Extract<AlterTableAction, { kind: 'add' | 'modify' }>;

/** Reads an ALTER statement. */
export function parseAlter(c: Cursor): Statement {
  const start = c.start;
  c.expect('ALTER');
  if (c.accept('TABLE')) {
    const ifExists = parseIfExists(c);
    const name = parseQualifiedName(c);
    const action = parseAction(c);
    return { kind: 'alter-table', span: c.spanFrom(start), ifExists, name, action };
  }
  if (c.accept('VIEW')) return parseAlterView(c, start);
  if (c.accept('MATERIALIZED', 'TABLE')) return parseLoosely(c, start, 'ALTER MATERIALIZED TABLE');
  if (c.accept('TEMPORARY')) {
    c.accept('SYSTEM');
    c.expect('FUNCTION');
    return parseLoosely(c, start, 'ALTER FUNCTION');
  }
  const what = c.expectOneOf(['DATABASE', 'CATALOG', 'FUNCTION', 'MODEL', 'CONNECTION']);
  return parseLoosely(c, start, `ALTER ${what}`);
}

function parseAlterView(c: Cursor, start: number): Statement {
  const name = parseQualifiedName(c);
  if (c.accept('RENAME')) {
    c.expect('TO');
    const to = parseQualifiedName(c);
    return { kind: 'alter-view', span: c.spanFrom(start), name, action: { kind: 'rename', to } };
  }
  if (!c.at('AS')) c.fail(['RENAME', 'AS']);
  c.accept('AS');
  const query = c.rules.query(c);
  return { kind: 'alter-view', span: c.spanFrom(start), name, action: { kind: 'as', query } };
}

function parseAction(c: Cursor): AlterTableAction {
  if (c.accept('RENAME')) {
    if (c.accept('TO')) return { kind: 'rename', to: parseQualifiedName(c) };
    const from = parseQualifiedName(c);
    c.expect('TO');
    return { kind: 'rename-column', from, to: c.identifier() };
  }
  if (c.accept('SET')) return { kind: 'set', options: parseOptions(c) };
  if (c.accept('RESET')) return { kind: 'reset', keys: parseOptionKeys(c) };
  if (c.accept('ADD')) return atPartition(c) ? skip(c, 'ADD PARTITION') : parseAddOrModify(c, 'add');
  if (c.accept('MODIFY')) return parseAddOrModify(c, 'modify');
  if (c.accept('DROP')) return atPartition(c) ? skip(c, 'DROP PARTITION') : parseDropAction(c);
  c.fail(['ADD', 'MODIFY', 'DROP', 'RENAME', 'SET', 'RESET']);
  return { kind: 'other', what: '' };
}

function atPartition(c: Cursor): boolean {
  return c.at('PARTITION') || c.at('IF', 'NOT', 'EXISTS') || c.at('IF', 'EXISTS');
}

function skip(c: Cursor, what: string): AlterTableAction {
  parseLoosely(c, c.start, what);
  return { kind: 'other', what };
}

/** One piece, or several in parentheses. */
function parseAddOrModify(c: Cursor, kind: 'add' | 'modify'): AlterTableAction {
  const columns: AddOrModify['columns'][number][] = [];
  const constraints: KeyConstraint[] = [];
  const watermarks: WatermarkDef[] = [];
  const several = c.accept('(');
  let distribution = false;
  do {
    if (atConstraint(c)) constraints.push(parseConstraint(c));
    else if (c.at('WATERMARK')) watermarks.push(parseWatermark(c));
    else if (c.accept('DISTRIBUTION')) {
      parseDistribution(c);
      distribution = true;
    } else columns.push(parsePositionedColumn(c));
  } while (several && c.accept(','));
  if (several) c.expect(')');
  const [watermark, second] = watermarks;
  if (second !== undefined)
    c.report(refused(second.span, 'Multiple WATERMARK statements is not supported yet.', 'Keep one WATERMARK.'));
  if (distribution && columns.length + constraints.length + watermarks.length === 0) {
    return { kind: 'other', what: `${kind.toUpperCase()} DISTRIBUTION` };
  }
  return { kind, columns, constraints, ...(watermark === undefined ? {} : { watermark }) };
}

function parsePositionedColumn(c: Cursor): AddOrModify['columns'][number] {
  const column: ColumnDef = parseColumn(c);
  if (c.accept('FIRST')) return { column, position: { kind: 'FIRST' } };
  return c.accept('AFTER') ? { column, position: { kind: 'AFTER', column: parseQualifiedName(c) } } : { column };
}

function parseDropAction(c: Cursor): AlterTableAction {
  const nothing = { kind: 'drop', columns: [], primaryKey: false, watermark: false } as const;
  if (c.accept('PRIMARY')) {
    c.expect('KEY');
    return { ...nothing, primaryKey: true };
  }
  if (c.accept('CONSTRAINT')) return { ...nothing, constraint: c.identifier() };
  if (c.accept('WATERMARK')) return { ...nothing, watermark: true };
  if (c.accept('DISTRIBUTION')) return { kind: 'other', what: 'DROP DISTRIBUTION' };
  if (!c.accept('(')) return { ...nothing, columns: [parseQualifiedName(c)] };
  const columns: QualifiedName[] = [parseQualifiedName(c)];
  while (c.accept(',')) columns.push(parseQualifiedName(c));
  c.expect(')');
  return { ...nothing, columns };
}
