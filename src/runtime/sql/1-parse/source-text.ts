/** A script with the starts of its lines, found once, so that ten thousand mistakes cost no more than one. */

/** The text of a script, and where its lines begin. */
export class SourceText {
  readonly text: string;
  private lineStarts: readonly number[] | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** `line 3, column 14`, as Flink says it, counted in the whole script. */
  place(offset: number): string {
    this.lineStarts ??= findLineStarts(this.text);
    let low = 0;
    let high = this.lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return `line ${low + 1}, column ${offset - (this.lineStarts[low] ?? 0) + 1}`;
  }
}

function findLineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  return starts;
}
