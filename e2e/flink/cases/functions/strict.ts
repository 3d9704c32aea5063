/** Takes and gives no NULL. Twin of `Strict.java`. */
import { scalar, t } from 'millrace';

export default scalar({
  args: { n: t.int().notNull() },
  returns: t.int().notNull(),
  eval({ n }) {
    if (n === 13) throw new Error('unlucky');
    return n + 1;
  },
});
