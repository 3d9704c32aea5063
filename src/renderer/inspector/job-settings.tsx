/** The settings of the whole job: its SET statements. */
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { requestEdit } from '../store/actions.ts';
import { useAnalysis } from '../store/analysis.ts';
import { Button, IconButton } from '../ui/button.tsx';
import styles from './inspector.module.css';

/** The SET statements as a form. */
export function JobSettings() {
  const settings = useAnalysis((s) => s.graph.settings);
  const [key, setKey] = useState('');
  const [value, setValue] = useState('');
  const add = (): void => {
    if (key.trim() === '') return;
    void requestEdit({ kind: 'set-option', key: key.trim(), value }).then((outcome) => {
      if (!outcome.ok) return;
      setKey('');
      setValue('');
    });
  };
  return (
    <section className={styles.settings} aria-label="Job settings">
      <h3 className={styles.schemaHead}>Job settings</h3>
      <div className={styles.rows}>
        {settings.map((setting) => (
          <div key={`${setting.statement} ${setting.key}`} className={`${styles.row} ${styles.row1}`}>
            <span className={styles.settingKey}>{setting.key}</span>
            <input
              key={setting.value}
              className={`${styles.input} ${styles.code}`}
              aria-label={`Value of ${setting.key}`}
              defaultValue={setting.value}
              onKeyDown={(event) => {
                if (event.key === 'Enter') event.currentTarget.blur();
              }}
              onBlur={(event) => {
                const wanted = event.target.value;
                if (wanted !== setting.value) void requestEdit({ kind: 'set-option', key: setting.key, value: wanted });
              }}
            />
            <IconButton
              label={`Remove ${setting.key}`}
              onClick={() => void requestEdit({ kind: 'set-option', key: setting.key, value: null })}
            >
              <Trash2 />
            </IconButton>
          </div>
        ))}
        <div className={`${styles.row} ${styles.newSetting}`}>
          <input
            className={`${styles.input} ${styles.code}`}
            aria-label="New setting"
            placeholder="table.exec.…"
            value={key}
            onChange={(event) => setKey(event.target.value)}
          />
          <input
            className={`${styles.input} ${styles.code}`}
            aria-label="Value of the new setting"
            placeholder="value"
            value={value}
            onChange={(event) => setValue(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter') add();
            }}
          />
        </div>
        <Button className={styles.add} icon={<Plus />} onClick={add} disabled={key.trim() === ''}>
          Add a setting
        </Button>
      </div>
    </section>
  );
}
