/** What an export has to say before it is written, worst first; each sentence leads to its node. */

import { CircleAlert, CircleCheck, CornerDownRight, TriangleAlert } from 'lucide-react';
import type { PreparedExport } from '../../runtime/contract/export-commands.ts';
import { useAnalysis } from '../store/analysis.ts';
import { closeExport } from '../store/export.ts';
import { revealNode, selectNodes } from '../store/selection.ts';
import { useSettings } from '../store/settings.ts';
import { classNames } from '../ui/class-names.ts';
import { plural } from '../ui/format.ts';
import styles from './export-dialog.module.css';

type Finding = PreparedExport['findings'][number];

/** The list. `isPossible`: there is something to write. */
export function ExportFindings({
  findings,
  isPossible,
}: {
  readonly findings: readonly Finding[];
  readonly isPossible: boolean;
}) {
  const refusals = findings.filter(({ isRefusal }) => isRefusal);
  const differences = findings.filter(({ isRefusal }) => !isRefusal);
  if (findings.length === 0) {
    return isPossible ? (
      <p className={styles.fine}>
        <CircleCheck aria-hidden="true" /> Nothing is known to be different on Flink.
      </p>
    ) : null;
  }
  return (
    <section className={styles.findings} aria-label="Findings">
      {refusals.length === 0 ? null : (
        <>
          <h3 className={classNames(styles.heading, styles.bad)}>
            {plural(refusals.length, 'thing')} cannot run on Flink
          </h3>
          <List findings={refusals} />
        </>
      )}
      {differences.length === 0 ? null : (
        <>
          <h3 className={styles.heading}>{plural(differences.length, 'thing')} will be different on Flink</h3>
          <List findings={differences} />
        </>
      )}
    </section>
  );
}

/** The same sentence about several nodes is said once. */
function List({ findings }: { readonly findings: readonly Finding[] }) {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.message);
    if (group === undefined) groups.set(finding.message, [finding]);
    else group.push(finding);
  }
  return (
    <ul className={styles.list}>
      {[...groups].map(([message, group]) => (
        <Line key={message} message={message} findings={group} />
      ))}
    </ul>
  );
}

function Line({ message, findings }: { readonly message: string; readonly findings: readonly Finding[] }) {
  const isRefusal = findings.some((finding) => finding.isRefusal);
  const Icon = isRefusal ? CircleAlert : TriangleAlert;
  return (
    <li className={styles.finding}>
      <Icon className={isRefusal ? styles.bad : styles.warn} aria-hidden="true" />
      <span className={styles.message}>{message}</span>
      <span className={styles.nodes}>
        {[...new Set(findings.flatMap(({ nodeId }) => nodeId ?? []))].map((nodeId) => (
          <NodeLink key={nodeId} nodeId={nodeId} />
        ))}
      </span>
    </li>
  );
}

function NodeLink({ nodeId }: { readonly nodeId: string }) {
  const name = useAnalysis((s) => s.nodesById.get(nodeId)?.name);
  const show = (): void => {
    closeExport();
    useSettings.setState({ centreTab: 'canvas' });
    selectNodes([nodeId]);
    revealNode(nodeId, { focus: true });
  };
  return name === undefined ? null : (
    <button type="button" className={styles.node} onClick={show} title="Close this and show the node">
      <CornerDownRight aria-hidden="true" />
      {name}
    </button>
  );
}
