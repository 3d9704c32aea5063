/** All problems, each leading to its node and its place in the text, with the repairs that are known. */
import { CircleAlert, CircleCheck, Info, ShieldCheck, TriangleAlert } from 'lucide-react';
import { useMemo } from 'react';
import { LineStarts } from '../editors/text-positions.ts';
import { useAnalysis } from '../store/analysis.ts';
import { showFile } from '../store/open-file.ts';
import type { Problem } from '../store/problems.ts';
import { placeKey, useProblems } from '../store/problems.ts';
import { applyEdit, useProject } from '../store/project.ts';
import { revealNode, revealOffset, selectNodes } from '../store/selection.ts';
import { useSettings } from '../store/settings.ts';
import { askForTrust, UNTRUSTED } from '../store/trust.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { formatMessage } from '../ui/format.ts';
import styles from './dock.module.css';

const ICONS = { error: CircleAlert, warning: TriangleAlert, info: Info } as const;
/** More than this many in the page at once would be slow, and nobody reads them all. */
const SHOWN_COUNT_MAX = 300;

/** The panel. */
export function ProblemsPanel() {
  const { all } = useProblems();
  const isKnown = useAnalysis((s) => s.revision >= 0);
  const text = useProject((s) => s.text);
  const lines = useMemo(() => (all.length === 0 ? null : new LineStarts(text)), [all.length, text]);
  if (all.length === 0) {
    return (
      <EmptyState
        icon={<CircleCheck />}
        text={isKnown ? 'No problems: every statement can be read and run.' : 'Reading the script…'}
      />
    );
  }
  return (
    <ul className={styles.listbox} aria-label="Problems">
      {all.slice(0, SHOWN_COUNT_MAX).map((problem) => (
        <ProblemLine
          key={`${problem.diagnostic.code} ${placeKey(problem.diagnostic)} ${problem.diagnostic.message}`}
          problem={problem}
          lines={lines}
        />
      ))}
      {all.length > SHOWN_COUNT_MAX ? <li className={styles.bar}>and {all.length - SHOWN_COUNT_MAX} more</li> : null}
    </ul>
  );
}

function ProblemLine({ problem: { diagnostic, nodeId }, lines }: { problem: Problem; lines: LineStarts | null }) {
  const name = useAnalysis((s) => (nodeId === null ? undefined : s.nodesById.get(nodeId)?.name));
  const Icon = ICONS[diagnostic.severity];
  const { span, file } = diagnostic;
  const at = span === undefined ? null : (lines?.position(span.start) ?? null);
  const show = (): void => {
    if (nodeId !== null) selectNodes([nodeId]);
    if (file !== undefined) {
      showFile(file.path, file);
      return;
    }
    if (useSettings.getState().centreTab === 'script' && span !== undefined) revealOffset(span.start);
    else if (nodeId !== null) revealNode(nodeId);
    else if (span !== undefined) showInScript(span.start);
  };
  return (
    <li className={styles.problemItem}>
      <button
        type="button"
        className={classNames(styles.problem, styles[diagnostic.severity])}
        onClick={show}
        onDoubleClick={() => (span === undefined ? undefined : showInScript(span.start))}
      >
        <Icon aria-label={diagnostic.severity} />
        <span className={styles.message}>
          {formatMessage(diagnostic.message)}
          {diagnostic.hint === undefined ? null : <span className={styles.hint}>{`\n${diagnostic.hint}`}</span>}
        </span>
        <span className={styles.where}>
          {name === undefined ? null : <>{name} · </>}
          {file !== undefined
            ? `${file.path}:${file.line}:${file.column}`
            : at === null
              ? diagnostic.phase
              : `line ${at.lineNumber}:${at.column}`}
        </span>
      </button>
      {diagnostic.code === UNTRUSTED ? (
        <div className={styles.fixes}>
          <Button tone="accent" icon={<ShieldCheck />} onClick={() => void askForTrust()}>
            Trust this folder…
          </Button>
        </div>
      ) : null}
      {(diagnostic.fixes ?? []).length > 0 ? (
        <div className={styles.fixes}>
          {(diagnostic.fixes ?? []).map((fix) => (
            <Button key={fix.title} onClick={() => applyEdit({ edits: fix.edits, layout: {}, label: fix.title })}>
              {fix.title}
            </Button>
          ))}
        </div>
      ) : null}
    </li>
  );
}

function showInScript(offset: number): void {
  useSettings.setState({ centreTab: 'script' });
  revealOffset(offset);
}
