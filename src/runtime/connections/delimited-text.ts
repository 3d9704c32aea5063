/** Lines of values between delimiters: whether samples are such lines, and their values. */

/** What is tried, the usual one first. */
const DELIMITERS = [',', ';', '\t', '|'] as const;

/** Lines as lists of values, with the delimiter that gives all of them equally many, two at least; null: there is none. */
export function delimitedLines(
  texts: readonly string[],
): { readonly delimiter: string; readonly lines: readonly (readonly string[])[] } | null {
  if (texts.length === 0) return null;
  for (const delimiter of DELIMITERS) {
    const lines = texts.map((text) => valuesOf(text.replace(/\r?\n$/, ''), delimiter));
    const count = lines[0]?.length ?? 0;
    if (count > 1 && lines.every((line) => line.length === count)) return { delimiter, lines };
  }
  return null;
}

/** The values of a line; those in double quotes may hold delimiters, and quotes doubled. */
function valuesOf(line: string, delimiter: string): readonly string[] {
  const values: string[] = [];
  let value = '';
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    if (isQuoted && char === '"' && line[at + 1] === '"') {
      value += '"';
      at += 1;
    } else if (char === '"' && (isQuoted || value === '')) isQuoted = !isQuoted;
    else if (char === delimiter && !isQuoted) {
      values.push(value);
      value = '';
    } else value += char;
  }
  return [...values, value];
}
