/** The state that a node keeps: each named state with its bound, its size and a page of its entries. */
import { Boxes } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { CommandOut } from '../../runtime/contract/contract.ts';
import type { EngineContract } from '../../runtime/contract/engine-contract.ts';
import { useAnalysis } from '../store/analysis.ts';
import { useRun } from '../store/run.ts';
import { useSelection } from '../store/selection.ts';
import { services } from '../store/services.ts';
import { useTap } from '../store/tap.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { formatBytes, plural } from '../ui/format.ts';
import styles from './dock.module.css';

type Description = CommandOut<EngineContract, 'state.describe'>['states'][number];
type Page = CommandOut<EngineContract, 'state.page'>;
/** A state with the page of it that is shown. */
type States = readonly (Description & Pick<Page, 'entries'>)[];

/** Entries on a page. */
const PAGE_COUNT = 100;
/** State is asked for at most this often while rows flow. */
const REFRESH_MS = 500;

/** The panel. */
export function StatePanel() {
  const followed = useTap((s) => s.nodeId);
  const selected = useSelection((s) => s.nodes[0]);
  const nodeId = selected ?? followed;
  const runId = useRun((s) => s.runId);
  const isMoving = useRun((s) => s.status === 'running');
  // Once more after the end, and after each step of a paused run.
  const tick = useRun((s) => (s.status === 'running' ? 0 : s.tick));
  const name = useAnalysis((s) => (nodeId == null ? undefined : s.nodesById.get(nodeId)?.name));
  const [offset, setOffset] = useState(0);
  const [states, setStates] = useState<States>([]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `tick` is what makes it ask again.
  useEffect(() => {
    let isGone = false;
    const read = async (): Promise<void> => {
      const engine = services().engine.current();
      if (engine === null || runId === null || nodeId == null) return;
      const described = await engine.call('state.describe', { runId, nodeId });
      if (isGone || !described.ok) return;
      const pages = await Promise.all(
        described.value.states.map(async (state) => {
          const question = { runId, nodeId, stateId: state.stateId, offset, countMax: PAGE_COUNT };
          const page = await engine.call('state.page', { ...question, filter: '', sort: null });
          return { ...state, entries: page.ok ? page.value.entries : [] };
        }),
      );
      if (!isGone) setStates(pages);
    };
    void read();
    const timer = isMoving ? setInterval(() => void read(), REFRESH_MS) : undefined;
    return () => {
      isGone = true;
      clearInterval(timer);
    };
  }, [runId, nodeId, offset, isMoving, tick]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another node begins at its first page.
  useEffect(() => {
    setOffset(0);
    setStates([]);
  }, [nodeId, runId]);

  if (runId === null)
    return <EmptyState icon={<Boxes />} text="Run the job, then select a node to see what it keeps." />;
  if (nodeId == null) return <EmptyState icon={<Boxes />} text="Select a node to see what it keeps." />;
  if (states.length === 0) return <EmptyState icon={<Boxes />} text={`${name ?? 'This node'} keeps no state.`} />;
  const most = Math.max(...states.map((s) => s.entryCount));
  return (
    <div className={styles.states}>
      {states.map((state) => (
        <section key={state.stateId} aria-label={`State ${state.name}`}>
          <header className={classNames(styles.stateHead, 'tabular')}>
            <strong>{state.name}</strong>
            <span>{state.operator}</span>
            <span>{plural(state.entryCount, 'entry', 'entries')}</span>
            <span>{formatBytes(state.sizeBytes)}</span>
            <span>{state.bound}</span>
          </header>
          {state.entries.length === 0 ? (
            <p className={styles.note}>
              {state.entryCount === 0 ? 'Empty: nothing is kept at the moment.' : 'Empty: no entries on this page.'}
            </p>
          ) : (
            <table className={styles.stateTable}>
              <thead>
                <tr>
                  {[...state.keyColumns, ...state.valueColumns].map((column, i) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place; key and value may share a name.
                    <th key={i} title={column.type}>
                      {column.name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {state.entries.map((entry, row) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: entries of a page are told apart by their place.
                  <tr key={row}>
                    {[...entry.key, ...entry.value].map((value, i) => (
                      <td
                        // biome-ignore lint/suspicious/noArrayIndexKey: as above.
                        key={i}
                        className={classNames(i < entry.key.length && styles.keyCell, value === null && styles.null)}
                      >
                        {value ?? 'NULL'}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </section>
      ))}
      {most > PAGE_COUNT ? (
        <div className={styles.fixes}>
          <Button disabled={offset === 0} onClick={() => setOffset(Math.max(0, offset - PAGE_COUNT))}>
            Previous
          </Button>
          <Button disabled={offset + PAGE_COUNT >= most} onClick={() => setOffset(offset + PAGE_COUNT)}>
            Next
          </Button>
        </div>
      ) : null}
    </div>
  );
}
