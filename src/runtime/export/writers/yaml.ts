/** The writer of YAML: a library prints it, and every text is in double quotes, so no value is taken for another type. */
import { Document } from 'yaml';

/** What YAML can hold here. */
export type YamlValue = string | number | boolean | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/** A text stays on one line, with `\n` in it: nothing of it can look like another line of the document. */
const LINE_LENGTH_MAX = 1_000_000_000;

/** One document, with a comment of our own at the top. */
export function yamlText(comment: string, value: YamlValue): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  document.commentBefore = comment
    .split('\n')
    .map((line) => ` ${line}`)
    .join('\n');
  return document.toString({
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    lineWidth: 0,
    doubleQuotedMinMultiLineLength: LINE_LENGTH_MAX,
  });
}
