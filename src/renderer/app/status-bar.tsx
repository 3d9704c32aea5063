/** The status bar: what the text holds, what is wrong, how the engine is, where the caret stands. */
import { CircleAlert, CircleCheck, Cpu, ShieldAlert } from 'lucide-react';
import { lineColumn } from '../../runtime/base/span.ts';
import { useAnalysis } from '../store/analysis.ts';
import { useCaret } from '../store/caret.ts';
import { useProblems } from '../store/problems.ts';
import { useProject } from '../store/project.ts';
import { useRun } from '../store/run.ts';
import { showDock, useSettings } from '../store/settings.ts';
import { askForTrust } from '../store/trust.ts';
import { WithTooltip } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { plural } from '../ui/format.ts';
import styles from './status-bar.module.css';

const ENGINE_WORDS = {
  idle: 'Engine ready on demand',
  starting: 'Engine starting…',
  ready: 'Engine ready',
  down: 'Engine down',
} as const;

/** The bar. */
export function StatusBar() {
  const statementCount = useAnalysis((s) => s.statementCount);
  const nodeCount = useAnalysis((s) => s.graph.nodes.length);
  const isBehind = useAnalysis((s) => s.revision) !== useProject((s) => s.revision);
  const engine = useRun((s) => s.engine);
  const { all, errorCount } = useProblems();
  return (
    <footer className={styles.bar}>
      <button
        type="button"
        className={classNames(styles.item, errorCount > 0 && styles.bad)}
        onClick={() => showDock('problems')}
      >
        {errorCount > 0 ? <CircleAlert aria-hidden="true" /> : <CircleCheck aria-hidden="true" />}
        {all.length === 0 ? 'No problems' : plural(all.length, 'problem')}
      </button>
      <span className={styles.item}>
        {plural(statementCount, 'statement')}, {plural(nodeCount, 'node')}
      </span>
      {isBehind ? <span className={styles.item}>Reading…</span> : null}
      <span className={styles.rest} />
      <Trust />
      <Caret />
      <span className={classNames(styles.item, engine === 'down' && styles.bad)}>
        <Cpu aria-hidden="true" />
        {ENGINE_WORDS[engine]}
      </span>
    </footer>
  );
}

/** A shield for projects of folders that had to be asked about. */
function Trust() {
  const isTrusted = useProject((s) => s.place?.trusted ?? true);
  if (isTrusted) return null;
  return (
    <WithTooltip label="Nothing runs until you trust this folder">
      <button type="button" className={classNames(styles.item, styles.warn)} onClick={() => void askForTrust()}>
        <ShieldAlert aria-hidden="true" />
        Restricted
      </button>
    </WithTooltip>
  );
}

function Caret() {
  const tab = useSettings((s) => s.centreTab);
  const offset = useCaret((s) => s.offset);
  const file = useCaret((s) => s.file);
  const text = useProject((s) => s.text);
  const place = tab === 'file' ? file : tab === 'script' && offset !== null ? lineColumn(text, offset) : null;
  if (place === null) return null;
  const { line, column } = place;
  return (
    <span className={styles.item}>
      Line {line}, column {column}
    </span>
  );
}
