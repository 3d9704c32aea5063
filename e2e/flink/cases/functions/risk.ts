/** An amount as DOUBLE, more for another city. Twin of `Risk.java`. */
import { scalar, t } from 'millrace';

export default scalar({
  args: { amount: t.decimal(10, 2), city: t.string() },
  returns: t.double(),
  eval({ amount, city }) {
    if (amount === null) return null;
    return amount.toNumber() * (city === 'home' ? 1 : 2);
  },
});
