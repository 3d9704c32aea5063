/** Positions follow their nodes while names change under the hand in the script. */
import { describe, expect, it } from 'vitest';
import { layoutAfterTyping } from './follow-typing.ts';
import { EMPTY_LAYOUT, type Layout } from './layout.ts';

const TEXT =
  "CREATE TABLE t (a INT) WITH ('connector' = 'datagen');\nCREATE VIEW v AS SELECT * FROM t WHERE a > 1;\nSELECT * FROM v;\n";
const LAYOUT: Layout = {
  ...EMPTY_LAYOUT,
  nodes: { 'table:t': { x: 0, y: 0 }, 'view:v': { x: 4, y: 4 }, 'select:1': { x: 8, y: 8 } },
};

describe('typing in the script', () => {
  it('carries positions over to renamed, broken and repaired statements', () => {
    const broken = TEXT.replace('a > 1', 'a >');
    expect([
      layoutAfterTyping(TEXT, TEXT.replace('VIEW v', 'VIEW vv'), LAYOUT),
      layoutAfterTyping(TEXT, broken, LAYOUT),
      layoutAfterTyping(broken, TEXT, { ...EMPTY_LAYOUT, nodes: { 'broken:1': { x: 4, y: 4 } } }),
      layoutAfterTyping(TEXT, TEXT.replace('SELECT * FROM v', 'VALUES (1);\nSELECT * FROM v'), LAYOUT),
      layoutAfterTyping(TEXT, TEXT.replace('a > 1', 'a > 2'), LAYOUT),
      layoutAfterTyping(TEXT, '', LAYOUT),
    ]).toEqual([
      { rename: { 'view:v': 'view:vv' } },
      { rename: { 'view:v': 'broken:1' } },
      { rename: { 'broken:1': 'view:v' } },
      { rename: { 'select:1': 'select:2' } },
      {},
      {},
    ]);
  });
});
