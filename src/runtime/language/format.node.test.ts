/** The one style of SQL, on the samples and on odd text. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { applyTextEdits } from '../base/span.ts';
import { formatEdits } from './format.ts';

const format = (text: string): string => applyTextEdits(text, formatEdits(text));

it('puts clauses on lines and keywords in capitals', () => {
  expect(
    format(
      "create table t (a int not null, b string) with ('connector' = 'print');\nselect a, count(*) from t where a > 1 -- why\n group by a having count(*) > 2;",
    ),
  ).toBe(`CREATE TABLE t (
  a INT NOT NULL,
  b STRING
)
WITH (
  'connector' = 'print'
);
SELECT a, COUNT(*)
FROM t
WHERE a > 1 -- why
GROUP BY a
HAVING COUNT(*) > 2;`);
});

it('leaves text that does not parse, names and comments as they are', () => {
  const text = 'SELECT FROM WHERE;\n-- a\n/* b */ SELECT "x';
  expect(format(text)).toBe(text);
  expect(format('select `Select`, Abc from Tab /* c */ ;')).toContain('`Select`, Abc');
});

it('changes nothing the second time, on all samples', () => {
  const folder = 'samples';
  for (const name of readdirSync(folder)) {
    let text = '';
    try {
      text = readFileSync(`${folder}/${name}/job.sql`, 'utf8');
    } catch {
      continue;
    }
    const once = format(text);
    expect(format(once)).toBe(once);
    expect(once.replace(/\s+/g, '').toUpperCase()).toBe(text.replace(/\s+/g, '').toUpperCase());
  }
});
