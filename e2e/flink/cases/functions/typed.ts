/** Declares the columns that it needs. Twin of `Typed.java`. */
import { process, t } from 'millrace';

export default process({
  input: { k: t.string(), v: t.int() },
  returns: { total: t.bigint().notNull() },
  onRow(_row, cx) {
    cx.emit({ total: 1n });
  },
});
