/** How many rows of the key there were, and the sum of their amounts. Twin of `RunningCount.java`. */
import { Decimal, process, state, t } from 'millrace';

export default process({
  returns: { n: t.bigint().notNull(), total: t.decimal(38, 2) },
  state: { sum: state.value(t.row({ n: t.bigint().notNull(), total: t.decimal(38, 2).notNull() })) },
  onRow(row, cx) {
    const before = cx.state.sum.get() ?? { n: 0n, total: Decimal.of('0.00') };
    const amount = row.amount as Decimal | null;
    const sum = { n: before.n + 1n, total: amount === null ? before.total : before.total.plus(amount) };
    cx.state.sum.set(sum);
    cx.emit(sum);
  },
});
