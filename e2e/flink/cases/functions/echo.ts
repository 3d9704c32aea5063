/** Says each row again as text, as Java prints it. Twin of `Echo.java`. */
import { process, Timestamp, t } from 'millrace';

export default process({
  returns: { line: t.string().notNull() },
  onRow(row, cx) {
    cx.emit({ line: `+I[${Object.values(row).map(text).join(', ')}]` });
  },
});

function text(value: unknown): string {
  if (!(value instanceof Timestamp)) return String(value);
  // A LocalDateTime prints whole seconds without a fraction, and milliseconds with three digits.
  return value.toString().replace(' ', 'T').replace(/\.000$/, '');
}
