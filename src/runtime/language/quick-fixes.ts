/** Repairs for mistakes whose hint says what to write: one click in place of typing it. */
import type { Diagnostic, QuickFix } from '../base/diagnostic.ts';
import { quoteIdentifier } from '../sql/print/quote.ts';

/** The diagnostic with the repairs that follow from its hint; as it is when it has some. */
export function withFixes(diagnostic: Diagnostic, text: string): Diagnostic {
  if (diagnostic.fixes !== undefined) return diagnostic;
  const fix = fixOf(diagnostic, text);
  return fix === null ? diagnostic : { ...diagnostic, fixes: [fix] };
}

function fixOf({ span, hint, code }: Diagnostic, text: string): QuickFix | null {
  if (span === undefined || hint === undefined) return null;
  const written = text.slice(span.start, span.end);
  const meant = /^Did you mean [`'"]?([\w$]+)[`'"]?\?/.exec(hint)?.[1];
  if (meant !== undefined) {
    // The span of a call is the whole of it; its name stands first.
    const name = /^`(?:[^`]|``)*`|^[\w$]+/.exec(written)?.[0];
    if (name === undefined || (name !== written && !/^\s*\(/.test(written.slice(name.length)))) return null;
    return replace(
      span.start,
      span.start + name.length,
      code.includes('function') ? meant : quoteIdentifier(meant),
      `Write ${meant}`,
    );
  }
  if (hint.startsWith('A comma may be missing')) return insertAfterText(text, span.start, ',', 'Add the comma');
  if (hint.startsWith('Is a ; missing')) return insertAfterText(text, span.start, ';', 'Add the semicolon');
  return null;
}

function replace(start: number, end: number, text: string, title: string): QuickFix {
  return { title, edits: [{ span: { start, end }, text }] };
}

/** Behind the last word before `offset`. */
function insertAfterText(text: string, offset: number, inserted: string, title: string): QuickFix {
  const at = text.slice(0, offset).trimEnd().length;
  return replace(at, at, inserted, title);
}
