/** The writer of Java: the only place where a name becomes part of Java source. */

/** A Java string literal; everything that is not plain ASCII is escaped, so no name can end it. */
export function javaString(text: string): string {
  let out = '"';
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const letter = text[i] ?? '';
    if (letter === '"' || letter === '\\') out += `\\${letter}`;
    else if (code >= 32 && code < 127) out += letter;
    // Octal, not \u: javac reads \u before it reads the literal, and a line break would end it.
    else if (code < 256) out += `\\${code.toString(8).padStart(3, '0')}`;
    else out += `\\u${code.toString(16).padStart(4, '0')}`;
  }
  return `${out}"`;
}

/** Text inside a Java comment: nothing in it can end the comment or be read as an escape. */
export function javaComment(text: string): string {
  return text
    .replaceAll('\\', '/')
    .replaceAll('*/', '* /')
    .replace(/[\r\n]+/g, ' ');
}
