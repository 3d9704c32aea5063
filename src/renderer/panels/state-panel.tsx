/**
 * The state that a node keeps, as a table: live while rows flow, and as it was while a moment of a recording is
 * looked at. Says how much there is, how it grows, and what bounds it.
 */
import { Boxes, Cloud, Search, X } from 'lucide-react';
import { useCallback, useDeferredValue, useId, useState } from 'react';
import { runCommand } from '../app/commands.ts';
import { useAnalysis } from '../store/analysis.ts';
import { useIsRemote } from '../store/cluster.ts';
import { useRun } from '../store/run.ts';
import { useIsRunOutdated } from '../store/run-age.ts';
import { useSelection } from '../store/selection.ts';
import { useTap } from '../store/tap.ts';
import { useIsFlowing, useMoment, useViewId } from '../store/view.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { formatBytes, formatCount, plural } from '../ui/format.ts';
import dock from './dock.module.css';
import styles from './state-panel.module.css';
import { type NodeStates, useNodeStates, useStatePages } from './state-panel-data.ts';
import {
  growthText,
  isUnbounded,
  ROW_COUNT_MAX,
  type StateDescription,
  type StateSort,
  ttlText,
} from './state-panel-kernels.ts';
import { StateTable } from './state-table.tsx';

/** The panel. */
export function StatePanel() {
  const followed = useTap((s) => s.nodeId);
  const selected = useSelection((s) => s.nodes[0]);
  const nodeId = selected ?? followed;
  const viewId = useViewId();
  const name = useAnalysis((s) => (nodeId === null ? undefined : s.nodesById.get(nodeId)?.name));
  const known = useNodeStates(viewId, nodeId);
  const isRemote = useIsRemote();
  const [chosen, setChosen] = useState<string | null>(null);

  if (isRemote) {
    return (
      <EmptyState icon={<Cloud />} text="The state of this job is on the cluster; its figures stand on the canvas.">
        <Button onClick={() => runCommand('cluster.leave')}>Back to this machine</Button>
      </EmptyState>
    );
  }
  if (viewId === null) {
    return (
      <EmptyState icon={<Boxes />} text="Run the job to see what its nodes keep between rows: keys, values, sizes.">
        <Button tone="accent" onClick={() => runCommand('run.start')}>
          Run
        </Button>
      </EmptyState>
    );
  }
  if (nodeId === null) return <EmptyState icon={<Boxes />} text="Select a node to see what it keeps." />;
  if (known.failure !== '') return <EmptyState icon={<Boxes />} text={known.failure} />;
  if (!known.isKnown) return null;
  const state = known.states.find(({ stateId }) => stateId === chosen) ?? known.states[0];
  if (state === undefined) return <NoState nodeId={nodeId} name={name ?? 'This node'} />;
  return (
    <div className={dock.panel}>
      <StateView
        key={`${nodeId}/${state.stateId}`}
        viewId={viewId}
        nodeId={nodeId}
        name={name ?? nodeId}
        known={known}
        state={state}
        onChoose={setChosen}
      />
    </div>
  );
}

/** Says so, and leads to the nodes that keep something. */
function NoState({ nodeId: askedId, name }: { nodeId: string; name: string }) {
  const nodes = useRun((s) => s.nodes);
  const isInRun = nodes.size === 0 || nodes.has(askedId);
  const nodesById = useAnalysis((s) => s.nodesById);
  const keepers = [...nodes.values()]
    .filter(({ nodeId, stateEntryCount }) => stateEntryCount > 1 && nodesById.has(nodeId))
    .sort((a, b) => b.stateSizeBytes - a.stateSizeBytes)
    .slice(0, 3);
  return (
    <EmptyState
      icon={<Boxes />}
      text={
        isInRun
          ? `${name} keeps no state: every row is worked off on its own.`
          : `${name} did not run: nothing that ran reads it.`
      }
    >
      {keepers.length === 0 ? null : (
        <div className={styles.keepers}>
          {keepers.map(({ nodeId, stateEntryCount }) => (
            <Button key={nodeId} onClick={() => useSelection.setState({ nodes: [nodeId] })}>
              {nodesById.get(nodeId)?.name}
              <span className={styles.quiet}>{plural(stateEntryCount, 'entry', 'entries')}</span>
            </Button>
          ))}
        </div>
      )}
    </EmptyState>
  );
}

interface StateViewProps {
  readonly viewId: string;
  readonly nodeId: string;
  readonly name: string;
  readonly known: NodeStates;
  readonly state: StateDescription;
  readonly onChoose: (stateId: string) => void;
}

function StateView({ viewId, nodeId, name, known, state, onChoose }: StateViewProps) {
  const [filter, setFilter] = useState('');
  const asked = useDeferredValue(filter.trim());
  const [sort, setSort] = useState<StateSort | null>(null);
  const { pages, show } = useStatePages({ viewId, nodeId, stateId: state.stateId, filter: asked, sort });
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the same pager as long as the state is the same.
  const onShow = useCallback(show, []);
  const isEmpty = state.entryCount === 0 && pages.matchCount === 0;
  return (
    <>
      <div className={classNames(dock.bar, styles.bar)}>
        <strong>{name}</strong>
        <StateTabs states={known.states} chosen={state.stateId} onChoose={onChoose} />
        <Moment />
        <span className={dock.rest} />
        {filter === '' || isEmpty ? null : (
          <span role="status">
            {formatCount(pages.matchCount)} of {formatCount(pages.entryCount)}
          </span>
        )}
        <FilterField
          value={filter}
          onChange={setFilter}
          label={state.keyColumns.length === 0 ? 'Filter entries' : 'Filter by key'}
        />
      </div>
      <Facts state={state} growth={known.growth.get(state.stateId)} />
      {pages.matchCount > ROW_COUNT_MAX ? (
        <p className={dock.note}>
          The first {formatCount(ROW_COUNT_MAX)} of {formatCount(pages.matchCount)} can be scrolled to; the filter and
          the order of a column find the others.
        </p>
      ) : null}
      {isEmpty ? (
        <EmptyState text="Nothing is kept at this moment." />
      ) : !pages.isBehind && pages.matchCount === 0 ? (
        <EmptyState text={`No key contains “${asked}”.`}>
          <Button onClick={() => setFilter('')}>Clear the filter</Button>
        </EmptyState>
      ) : (
        <StateTable state={state} pages={pages} sort={sort} onSort={setSort} onShow={onShow} />
      )}
    </>
  );
}

/** The states of the node; one alone is a name. */
function StateTabs({
  states,
  chosen,
  onChoose,
}: {
  states: readonly StateDescription[];
  chosen: string;
  onChoose: (stateId: string) => void;
}) {
  const group = useId();
  const [only] = states;
  if (states.length === 1 && only !== undefined) return <span className={styles.stateName}>{only.name}</span>;
  return (
    <fieldset className={styles.tabs}>
      <legend className="visually-hidden">State</legend>
      {states.map((state) => (
        <label
          key={state.stateId}
          className={classNames(styles.tab, state.stateId === chosen && styles.chosen)}
          title={`${state.name} of ${state.operator}`}
        >
          <input
            type="radio"
            className="visually-hidden"
            name={group}
            checked={state.stateId === chosen}
            onChange={() => onChoose(state.stateId)}
          />
          {state.name} <span className={styles.quiet}>{formatCount(state.entryCount)}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** Of which moment the entries are. */
function Moment() {
  const moment = useMoment();
  const status = useRun((s) => s.status);
  const isFlowing = useIsFlowing();
  const isOutdated = useIsRunOutdated();
  if (moment !== null) return <span className={dock.past}>at row {formatCount(moment.row)}</span>;
  if (isOutdated) return <span className={dock.outdated}>from the run before your last change</span>;
  if (isFlowing) return <span className={styles.live}>live</span>;
  return status === 'paused' ? <span>paused</span> : <span>at the end of the run</span>;
}

/** How much there is, how it grows, what bounds it. */
function Facts({ state, growth }: { state: StateDescription; growth: number | undefined }) {
  const unbounded = isUnbounded(state);
  return (
    <p className={classNames(dock.note, styles.facts)}>
      <span data-testid="state-size">
        {plural(state.entryCount, 'entry', 'entries')} · {formatBytes(state.sizeBytes)}
      </span>
      {growth === undefined ? null : (
        <span className={classNames(unbounded && growth > 0 && styles.grows)}>{growthText(growth)}</span>
      )}
      {state.ttlMs > 0 ? (
        <span title="table.exec.state.ttl: entries that nobody has changed for this long are not read any more">
          TTL {ttlText(state.ttlMs)}
        </span>
      ) : unbounded ? (
        <span className={styles.grows} title="SET 'table.exec.state.ttl' = '1 h' would bound it">
          unbounded: no TTL
        </span>
      ) : null}
      <span className={styles.bound} title={state.bound}>
        {state.bound}
      </span>
    </p>
  );
}

function FilterField({ value, onChange, label }: { value: string; onChange: (text: string) => void; label: string }) {
  return (
    <span className={styles.filter}>
      <Search aria-hidden="true" />
      <input
        type="text"
        value={value}
        placeholder={label}
        aria-label={label}
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || value === '') return;
          event.stopPropagation();
          onChange('');
        }}
      />
      {value === '' ? null : (
        <IconButton label="Clear the filter" onClick={() => onChange('')}>
          <X />
        </IconButton>
      )}
    </span>
  );
}
