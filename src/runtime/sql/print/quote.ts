/** Names and texts as SQL: back-ticks and quotes where they are needed. */
import { isReservedWord } from '../1-parse/keywords.ts';
import { tokenize } from '../1-parse/lexer.ts';

/** A name as it must be written: bare when it is a plain word that is not reserved, else in back-ticks. */
export function quoteIdentifier(name: string): string {
  const [token] = tokenize(name);
  const bare = token?.kind === 'word' && token.end === name.length && !isReservedWord(name.toUpperCase());
  return bare ? name : backTick(name);
}

/** A name in back-ticks, whatever it is; back-ticks inside are doubled. */
export function backTick(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** `a.b.c`, each part quoted where needed. */
export function quotePath(parts: readonly string[]): string {
  return parts.map(quoteIdentifier).join('.');
}

/** A text in single quotes; quotes inside are doubled. */
export function quoteString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
