/** Two scalar arguments. Twin of `EchoWith.java`. */
import { process, t } from 'millrace';

export default process({
  args: { factor: t.int().notNull(), label: t.string() },
  returns: { line: t.string() },
  onRow(row, cx) {
    cx.emit({ line: `${cx.args.factor} ${cx.args.label} ${row.v}` });
  },
});
