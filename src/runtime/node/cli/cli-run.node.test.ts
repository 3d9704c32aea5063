/** What a script says of itself on a terminal is text: it cannot move the cursor or write over a message. */
import { expect, it } from 'vitest';
import { printDiagnostic, type Terminal } from './cli-run.ts';

it('characters of control in a script, a name or a hint do not reach the terminal', () => {
  const lines: string[] = [];
  const terminal = { error: { line: (text: string) => lines.push(text) } } as unknown as Terminal;
  const text = "SELECT '\u001b[2J\u009b1m' FROM t;\n";
  printDiagnostic(
    {
      code: 'bind/unknown-table',
      phase: 'validate',
      severity: 'error',
      message: 'Object \u001b]0;owned\u0007 not found',
      hint: 'Is it t\u001b[1A?',
      span: { start: 8, end: 10 },
    },
    'job.sql',
    text,
    terminal,
  );
  // Colours are off where no terminal is, so every character of control would be the script's.
  expect(lines).toEqual([
    'job.sql:1:9: error Object ?]0;owned? not found [bind/unknown-table]',
    "  SELECT '?[2J?1m' FROM t;",
    '          ^^',
    '  hint: Is it t?[1A?',
  ]);
});
