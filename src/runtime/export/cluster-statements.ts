/**
 * The statements of a script as a SQL gateway takes them, one by one, with relative paths made absolute: what
 * `scripts/statements.awk` does for the start scripts, from the tree of the parser. Pure.
 */
import type { Script, ScriptStatement } from '../sql/1-parse/ast.ts';
import { tokenize } from '../sql/1-parse/lexer.ts';
import { quoteString } from '../sql/print/quote.ts';
import { isRelative } from './project-paths.ts';

/** A statement to send. */
export interface ClusterStatement {
  /** Number in the script, from 1. */
  readonly number: number;
  readonly text: string;
  /** It starts a job. */
  readonly isJob: boolean;
  /** Tables that it writes into, by their last names. */
  readonly sinks: readonly string[];
}

/** What is sent, and what is not. */
export interface ClusterScript {
  readonly statements: readonly ClusterStatement[];
  /** Settings of the script itself, by key: what is set here is not set by whoever submits. */
  readonly settings: ReadonlyMap<string, string>;
  /** Statements that only show something, by number: nobody would see it. */
  readonly skipped: readonly number[];
}

/** Kinds of statements that change nothing and start nothing for others to see. */
const ONLY_SHOWN: ReadonlySet<string> = new Set(['select', 'explain', 'describe', 'show']);

/** Cuts a script that parses. `root`: the folder that relative paths count from, as gateway and cluster see it. */
export function clusterStatements(text: string, script: Script, root: string): ClusterScript {
  const settings = new Map<string, string>();
  const skipped: number[] = [];
  const statements: ClusterStatement[] = [];
  for (const each of script.statements) {
    const { statement, number } = each;
    if (statement.kind === 'set' && statement.key !== undefined && statement.value !== undefined)
      settings.set(statement.key, statement.value);
    if (ONLY_SHOWN.has(statement.kind)) {
      skipped.push(number);
      continue;
    }
    const sinks = sinksOf(each);
    statements.push({ number, text: textOf(text, each, root), isJob: sinks.length > 0, sinks });
  }
  return { statements, settings, skipped };
}

function textOf(text: string, { statement }: ScriptStatement, root: string): string {
  const written = withRoot(text.slice(statement.span.start, statement.span.end), root);
  // A gateway would take BEGIN, each INSERT and END as statements of their own; this is the same in one.
  const isSpread = statement.kind === 'statement-set' && statement.form === 'BEGIN';
  return isSpread ? written.replace(/^BEGIN\s+STATEMENT\s+SET\s*;/i, 'EXECUTE STATEMENT SET BEGIN ') : written;
}

/** The text after `'path' =` in a list of options (also of a hint), or after JAR, is a path: the rule of the start scripts. */
function withRoot(text: string, root: string): string {
  const tokens = tokenize(text).filter(({ kind }) => !TRIVIA.has(kind));
  const written = (i: number): string => {
    const token = tokens[i];
    return token === undefined ? '' : text.slice(token.start, token.end);
  };
  let result = '';
  let at = 0;
  const replace = (i: number, by: string): void => {
    const token = tokens[i];
    if (token === undefined) return;
    result += `${text.slice(at, token.start)}${by}`;
    at = token.end;
  };
  for (const [i, { kind }] of tokens.entries()) {
    // The inside of a hint is read like the rest.
    if (kind === 'hint') replace(i, `/*+${withRoot(written(i).slice(3, -2), root)}*/`);
    if (kind !== 'string') continue;
    const isOption =
      written(i - 1) === '=' && written(i - 2) === "'path'" && (written(i - 3) === '(' || written(i - 3) === ',');
    const value = written(i).slice(1, -1).replaceAll("''", "'");
    if ((isOption || written(i - 1).toUpperCase() === 'JAR') && isRelative(value))
      replace(i, quoteString(`${root}/${value}`));
  }
  return result + text.slice(at);
}

const TRIVIA: ReadonlySet<string> = new Set(['whitespace', 'line-comment', 'block-comment', 'end']);

function sinksOf({ statement }: ScriptStatement): string[] {
  const inserts =
    statement.kind === 'statement-set' ? statement.inserts : statement.kind === 'insert' ? [statement] : [];
  return inserts.map(({ target }) => target.parts[target.parts.length - 1]?.name ?? '');
}
