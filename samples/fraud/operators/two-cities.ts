import { process, state, t } from 'millrace';

const TEN_MINUTES_MS = 10 * 60_000;

/** One row for each payment that another city has seen within ten minutes before, per card. */
export default process({
  // The columns that this operator needs; the table may have more.
  input: {
    city: t.string(),
    amount: t.decimal(10, 2),
  },
  // What it adds to the key (the card). SQL also gets the time, as the column `rowtime`.
  returns: {
    first_city: t.string(),
    second_city: t.string(),
    minutes_between: t.int(),
    amount: t.decimal(10, 2),
  },
  state: {
    last: state.value(t.row({ city: t.string(), paid_at: t.timestamp(3).notNull() })),
  },

  onRow(row, cx) {
    if (cx.time === null) return;
    const last = cx.state.last.get();
    if (last !== null && last.city !== row.city) {
      const betweenMs = Math.abs(cx.time.minus(last.paid_at));
      if (betweenMs <= TEN_MINUTES_MS) {
        cx.emit({
          first_city: last.city,
          second_city: row.city,
          minutes_between: Math.floor(betweenMs / 60_000),
          amount: row.amount,
        });
      }
    }
    // Payments may come out of order: an older one is no news.
    if (last !== null && last.paid_at.compare(cx.time) > 0) return;
    cx.state.last.set({ city: row.city, paid_at: cx.time });
    // A timer of the same name is replaced, so it always belongs to the last payment.
    cx.registerOnTime('forget', cx.time.plusMs(TEN_MINUTES_MS));
  },

  onTimer(_timer, cx) {
    cx.state.last.clear();
  },
});
