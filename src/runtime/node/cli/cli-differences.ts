/** `millrace differences`: the one list of differences from Flink, for people. */
import { KNOWN_DIFFERENCES } from '../../job/known-differences.ts';
import type { ExitCode, Terminal } from './cli-run.ts';

/** Prints every known difference with what both engines do and why. */
export function printDifferences(terminal: Terminal): ExitCode {
  for (const difference of KNOWN_DIFFERENCES) {
    const choice = difference.choice === 'wished' ? 'kept on purpose' : 'not yet as in Flink';
    terminal.out.line(`${difference.title} (${difference.id}, ${choice})`);
    terminal.out.line(`  Flink     ${difference.flink}`);
    terminal.out.line(`  Millrace  ${difference.millrace}`);
    terminal.out.line(`  Why       ${difference.reason}`);
    terminal.out.line('');
  }
  return 0;
}
