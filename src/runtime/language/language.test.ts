/** The language service on one small script: completion, hover, signature, definition, rename. */
import { expect, it } from 'vitest';
import { applyTextEdits } from '../base/span.ts';
import { connectorCatalog } from '../job/connector-catalog.ts';
import { optionCatalog } from '../job/option-catalog.ts';
import { completeAt } from './complete.ts';
import { hoverAt, signatureAt } from './hover.ts';
import { withFixes } from './quick-fixes.ts';
import { definitionAt, renameAt } from './rename.ts';
import { buildModel, modelOf } from './script-model.ts';

const WORLD = { connectors: connectorCatalog, options: optionCatalog };

const SCRIPT = `CREATE TABLE orders (id BIGINT, price DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
WITH ('connector' = 'datagen', 'fields.price.min' = '1');
CREATE VIEW dear AS SELECT * FROM orders WHERE price > 10;
CREATE VIEW sums AS SELECT window_start, SUM(price) AS total
FROM TUMBLE(TABLE dear, DESCRIPTOR(ts), INTERVAL '1' MINUTE) GROUP BY window_start, window_end;
CREATE TABLE target (w TIMESTAMP(3), total DOUBLE) WITH ('connector' = 'print');
INSERT INTO target SELECT * FROM sums;
`;

/** The text with the caret where \`|\` stands. */
function caret(marked: string): { readonly text: string; readonly offset: number } {
  const offset = marked.indexOf('|');
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), offset };
}

function labels(marked: string, kind: string): readonly string[] {
  const { text, offset } = caret(marked);
  return completeAt({ text, files: [] }, offset, WORLD)
    .items.filter((i) => i.kind === kind)
    .map((i) => i.label);
}

it.each([
  ['a condition', `${SCRIPT}SELECT * FROM dear WHERE p|`, 'column', ['id', 'price', 'ts']],
  ['a select list before its FROM', `${SCRIPT}SELECT | FROM sums`, 'column', ['window_start', 'total']],
  ['a qualifier', `${SCRIPT}SELECT o.| FROM orders AS o JOIN sums AS s ON TRUE`, 'column', ['id', 'price', 'ts']],
  ['a broken statement', `${SCRIPT}SELECT id id2 id3, | FROM orders`, 'column', ['id', 'price', 'ts']],
  ['a descriptor', `${SCRIPT}SELECT * FROM TUMBLE(TABLE orders, DESCRIPTOR(|`, 'column', ['id', 'price', 'ts']],
  ['FROM', `${SCRIPT}SELECT * FROM |`, 'table', ['dear', 'orders', 'sums', 'target']],
  ['INSERT INTO', `${SCRIPT}INSERT INTO |`, 'table', ['orders', 'target']],
  ['GROUP', `${SCRIPT}SELECT id FROM orders GROUP |`, 'keyword', ['BY']],
  ['an interval', "SELECT INTERVAL '1' |", 'unit', ['SECOND', 'MINUTE', 'HOUR', 'DAY', 'MONTH', 'YEAR']],
])('offers what can stand in %s', (_place, marked, kind, expected) => {
  expect(labels(marked, kind).filter((l) => kind !== 'column' || l !== '')).toEqual(expected);
});

it('offers options of the connector, the required ones first, and their values', () => {
  const keys = labels("CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', '|')", 'option');
  expect(keys.slice(0, 2).sort()).toEqual(['format', 'path']);
  expect(labels("CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'format' = '|')", 'value')).toContain('json');
  expect(labels("CREATE TABLE t (a INT) WITH ('connector' = '|')", 'value')).toContain('datagen');
});

it('is silent inside texts and comments', () => {
  for (const marked of ["SELECT 'a |'", 'SELECT 1 -- a |', 'SELECT /* a | */ 1']) {
    const { text, offset } = caret(marked);
    expect(completeAt({ text, files: [] }, offset, WORLD).items).toEqual([]);
  }
});

it('shows types, pages of functions and tables', () => {
  const model = modelOf({ text: SCRIPT, files: [] }, WORLD);
  const hover = (word: string, from = 0): string => hoverAt(model, SCRIPT.indexOf(word, from), WORLD)?.markdown ?? '';
  expect(hover('price >')).toContain('price DOUBLE');
  expect(hover('TUMBLE')).toContain('SIZE => interval');
  expect(hover('dear AS')).toContain('price DOUBLE');
  expect(hover('SUM')).toContain('SUM');
});

it('helps with the argument that is being written', () => {
  const { text, offset } = caret('SELECT * FROM TUMBLE(TABLE t, |');
  expect(signatureAt(text, 0, offset)?.active).toBe(1);
  const named = caret('SELECT * FROM TUMBLE(DATA => TABLE t, SIZE => |');
  expect(signatureAt(named.text, 0, named.offset)?.active).toBe(2);
});

it('finds where a column of a view is given', () => {
  const model = modelOf({ text: SCRIPT, files: [] }, WORLD);
  const [found] = definitionAt(model, SCRIPT.indexOf('price) AS'));
  expect(found?.span.start).toBe(SCRIPT.indexOf('price DOUBLE'));
});

it('renames a column through the views that pass it on, options included', () => {
  const source = { text: SCRIPT, files: [] };
  const result = renameAt(source, SCRIPT.indexOf('price) AS'), 'cost', WORLD);
  const text = result.kind === 'edits' ? applyTextEdits(SCRIPT, result.edits) : JSON.stringify(result);
  expect(text).toBe(SCRIPT.replaceAll('price', 'cost'));
});

it('refuses a new name that means something else already', () => {
  expect(renameAt({ text: SCRIPT, files: [] }, SCRIPT.indexOf('price >'), 'id', WORLD).kind).toBe('refused');
});

it('keeps the name that the data gives and renames behind it', () => {
  const text = `CREATE TABLE j (a INT) WITH ('connector' = 'filesystem', 'path' = 'x', 'format' = 'json');
CREATE VIEW v AS SELECT a FROM j;
SELECT a FROM v;
`;
  const result = renameAt({ text, files: [] }, text.indexOf('a FROM j'), 'b', WORLD);
  expect(result.kind === 'edits' ? applyTextEdits(text, result.edits) : result).toBe(
    text.replace('SELECT a FROM j', 'SELECT a AS b FROM j').replace('SELECT a FROM v', 'SELECT b FROM v'),
  );
  expect(renameAt({ text, files: [] }, text.indexOf('a INT'), 'b', WORLD).kind).toBe('refused');
});

it('repairs a column that was nearly right', () => {
  const text = `${SCRIPT}SELECT prise FROM orders;`;
  const [wrong] = buildModel({ text, files: [] }, WORLD).diagnostics.map((d) => withFixes(d, text));
  expect(wrong?.fixes?.[0]?.edits.map((e) => e.text)).toEqual(['price']);
});
