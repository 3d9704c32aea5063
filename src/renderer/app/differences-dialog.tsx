/** Help → Differences from Flink: the engine's own list, so that nobody has to find out by surprise. */
import { useEffect, useState } from 'react';
import type { CommandOut } from '../../runtime/contract/contract.ts';
import type { LanguageContract } from '../../runtime/contract/language-contract.ts';
import { services } from '../store/services.ts';
import { useSettings } from '../store/settings.ts';
import { LargeDialog } from '../ui/large-dialog.tsx';
import styles from './differences-dialog.module.css';

type Differences = CommandOut<LanguageContract, 'differences'>['differences'];

const CHOICES = { wished: 'Kept so', 'not-yet': 'Not yet as Flink' } as const;

/** The open list. */
export function DifferencesDialog() {
  const [differences, setDifferences] = useState<Differences>([]);
  const [failure, setFailure] = useState('');
  useEffect(() => {
    void services()
      .language.call('differences', {})
      .then((answer) => {
        if (answer.ok) setDifferences(answer.value.differences);
        else setFailure(answer.error.message);
      });
  }, []);
  return (
    <LargeDialog title="Differences from Flink" onClose={() => useSettings.setState({ differencesOpen: false })}>
      <p className={styles.lead}>
        Millrace is held to the recorded answers of Flink 2.3, row for row. These are all the differences that are
        known.
      </p>
      {failure === '' ? null : <p role="alert">{failure}</p>}
      <ul className={styles.list}>
        {differences.map((difference) => (
          <li key={difference.id} className={styles.item}>
            <h3 className={styles.title}>
              {difference.title}
              <span className={difference.choice === 'wished' ? styles.wished : styles.notYet}>
                {CHOICES[difference.choice]}
              </span>
            </h3>
            <dl className={styles.answers}>
              <dt>Flink</dt>
              <dd>{difference.flink}</dd>
              <dt>Millrace</dt>
              <dd>{difference.millrace}</dd>
              <dt>Why</dt>
              <dd>{difference.reason}</dd>
            </dl>
          </li>
        ))}
      </ul>
    </LargeDialog>
  );
}
