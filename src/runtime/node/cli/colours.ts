/** Colours of what the CLI says on the error output: only for a person at a terminal, unless asked for. */
import pc from 'picocolors';

/**
 * Whether the error output gets colours. Not picocolors' own rule: it looks at standard output and takes
 * every CI for a terminal, so that logs and pipes would be full of escapes.
 */
function wantsColours({ NO_COLOR, FORCE_COLOR, TERM }: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0';
  return isTerminal && TERM !== 'dumb';
}

/** The colour functions; without colours they give their text back. */
export const colours = pc.createColors(wantsColours(process.env, process.stderr.isTTY === true));
