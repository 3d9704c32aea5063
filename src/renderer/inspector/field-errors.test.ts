/** Which field a diagnostic is shown beside. */
import { expect, it } from 'vitest';
import { fieldOfDiagnostic, fieldTexts } from './field-errors.ts';

const form = {
  kind: 'group-aggregate',
  input: 'clicks',
  condition: 'amount > 5',
  keys: ['device'],
  columns: [
    { expression: 'device', alias: '' },
    { expression: 'SUM(amuont)', alias: 'total' },
  ],
  having: 'SUM(amount) > 10',
} as const;
const statement = `CREATE VIEW v AS SELECT device, SUM(amuont) AS total FROM clicks WHERE amount > 5
GROUP BY device HAVING SUM(amount) > 10`;

it('the field whose text covers the place is meant, the shortest when several do', () => {
  const fieldAt = (text: string): string | null =>
    fieldOfDiagnostic(statement, fieldTexts(form), statement.indexOf(text));
  expect({
    column: fieldAt('amuont'),
    condition: fieldAt('amount > 5'),
    having: fieldAt('SUM(amount)'),
    input: fieldAt('clicks'),
    nothing: fieldAt('CREATE'),
  }).toEqual({ column: 'columns', condition: 'condition', having: 'having', input: 'input', nothing: null });
});
