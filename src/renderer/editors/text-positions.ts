/**
 * Offsets of our text against lines and columns of an editor's model. The editor makes all line ends
 * equal, so in a text with mixed ends its offsets are not ours; lines and columns always are.
 */

/** Line starts of a text; lines end at `\r\n`, `\n` or `\r`, as in Monaco. */
export class LineStarts {
  private readonly starts: readonly number[];
  private readonly length: number;

  constructor(text: string) {
    const starts = [0];
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (code === 13 && text.charCodeAt(i + 1) === 10) continue;
      if (code === 10 || code === 13) starts.push(i + 1);
    }
    this.starts = starts;
    this.length = text.length;
  }

  /** Offset of a line and column, both from 1. */
  offset(line: number, column: number): number {
    const start = this.starts[line - 1];
    return start === undefined ? this.length : Math.min(this.length, start + column - 1);
  }

  /** Line and column of an offset, both from 1. */
  position(offset: number): { readonly lineNumber: number; readonly column: number } {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { lineNumber: low + 1, column: offset - (this.starts[low] ?? 0) + 1 };
  }
}

/** Whether a text has line ends of different kinds. */
export function hasMixedLineEnds(text: string): boolean {
  const crlf = text.includes('\r\n');
  if (!text.includes('\r')) return false;
  if (!crlf) return true;
  return /(^|[^\r])\n/.test(text) || /\r(?!\n)/.test(text);
}
