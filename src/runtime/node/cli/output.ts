/** Standard output and error of the CLI: buffered lines, and quiet when the reader goes away. */

/** Text collected before it is written: one system call for many rows. */
const BUFFER_LENGTH_MAX = 32 * 1024;

/** Where text goes: a stream of the process, or a stand-in for one in another thread. */
export interface TextStream {
  write(text: string): unknown;
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
}

/** Lines to a stream. */
export class LineOutput {
  readonly #stream: TextStream;
  #text = '';
  #isScheduled = false;
  #isClosed = false;

  constructor(stream: TextStream, onClosed: () => void) {
    this.#stream = stream;
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // `millrace run … | head` closes the pipe early: that is no failure, only a reason to stop.
      if (error.code !== 'EPIPE') throw error;
      this.#isClosed = true;
      onClosed();
    });
  }

  /** Whether the reader has gone away. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The reader has gone away: what comes is dropped. */
  close(): void {
    this.#isClosed = true;
  }

  /** Writes a line soon: at the latest when the event loop turns, so that first rows show at once. */
  line(text: string): void {
    this.#text += `${text}\n`;
    if (this.#text.length > BUFFER_LENGTH_MAX) this.flush();
    else if (!this.#isScheduled) {
      this.#isScheduled = true;
      setImmediate(() => {
        this.#isScheduled = false;
        this.flush();
      });
    }
  }

  /** Text as it is, lines with their ends. */
  text(text: string): void {
    this.#text += text;
    this.flush();
  }

  flush(): void {
    if (this.#text === '') return;
    const text = this.#text;
    this.#text = '';
    if (!this.#isClosed) this.#stream.write(text);
  }
}
