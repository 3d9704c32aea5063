/** The words of a text with their lengths. Twin of `Words.java`. */
import { table, t } from 'millrace';

export default table({
  args: { text: t.string() },
  returns: { word: t.string().notNull(), size: t.int() },
  *eval({ text }) {
    for (const word of (text ?? '').split(' ')) if (word !== '') yield { word, size: word.length };
  },
});
