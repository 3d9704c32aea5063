/**
 * The bar under the canvas while jobs on a cluster are looked at, in the place of the time bar: how they stand, their
 * checkpoints, how to stop them, and what of them the canvas does not show.
 */
import { Cloud, CloudOff, Copy, OctagonX, PauseOctagon, Play, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useAnalysis } from '../store/analysis.ts';
import { type ClusterNews, isJobActive, useCluster } from '../store/cluster.ts';
import { cancelJob, leaveCluster, stopWithSavepoint, submitToCluster } from '../store/cluster-actions.ts';
import { askUser } from '../store/confirm.ts';
import { announce } from '../store/notices.ts';
import { Button, IconButton, WithTooltip } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { formatBytes, formatCount, formatDuration, plural } from '../ui/format.ts';
import styles from './cluster.module.css';
import { JobState } from './cluster-dialog.tsx';

type Job = ClusterNews['jobs'][number];

/** The bar. Null while nothing on a cluster is looked at. */
export function ClusterBar() {
  const watched = useCluster((s) => s.watched);
  const endFailure = useCluster((s) => s.endFailure);
  if (watched === null) return null;
  const { news } = watched;
  return (
    <section className={styles.bar} aria-label="Cluster" data-view="cluster">
      {news?.away == null ? null : <Away away={news.away} />}
      {endFailure === null ? null : (
        <p className={classNames(styles.strip, styles.bad)} role="alert">
          <TriangleAlert aria-hidden="true" />
          <strong>{endFailure.message}</strong>
          <span>{endFailure.hint}</span>
          <span className={styles.rest} />
          <Button tone="quiet" onClick={() => useCluster.setState({ endFailure: null })}>
            Dismiss
          </Button>
        </p>
      )}
      {news === null ? null : <NotShown news={news} />}
      <div className={styles.line}>
        {news?.away == null ? <Cloud aria-hidden="true" /> : <CloudOff aria-hidden="true" />}
        <div className={styles.watched}>
          {news === null || news.jobs.length === 0 ? (
            <span className={styles.note}>
              {news === null ? 'Asking the cluster…' : 'The cluster has told nothing yet.'}
            </span>
          ) : (
            news.jobs.map((job) => <WatchedJob key={job.jobId} job={job} />)
          )}
        </div>
        <WithTooltip label="Back to this machine; the jobs run on">
          <Button onClick={leaveCluster}>Leave</Button>
        </WithTooltip>
      </div>
    </section>
  );
}

function Away({ away }: { readonly away: NonNullable<ClusterNews['away']> }) {
  // The age of the figures goes on while nothing else comes.
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <p className={classNames(styles.strip, styles.bad)} role="alert">
      <CloudOff aria-hidden="true" />
      <strong>The cluster does not answer.</strong>
      <span className={styles.words}>{away.message}</span>
      <span className={styles.rest} />
      <span>figures are {formatDuration(Math.max(0, nowMs - away.sinceMs))} old</span>
    </p>
  );
}

function WatchedJob({ job }: { readonly job: Job }) {
  const { name, state, jobId, durationMs, parallelism } = job;
  const ending = useCluster((s) => s.ending.get(jobId));
  const isActive = isJobActive(job);
  const cancel = async (): Promise<void> => {
    const answer = await askUser({
      title: `Cancel ${name}?`,
      message: 'Without a savepoint its state is lost, and it can only start from the beginning.',
      answers: [{ id: 'cancel', title: 'Cancel the job', tone: 'bad' }],
    });
    if (answer === 'cancel') await cancelJob(job);
  };
  return (
    <div className={styles.watchedJob} data-job={jobId}>
      <JobState state={state} />
      <strong className={styles.jobName} title={`Job ${jobId}`}>
        {name}
      </strong>
      <span className={styles.figure}>{formatDuration(durationMs)}</span>
      <span className={classNames(styles.figure, styles.more)} title="Parallelism">
        ×{parallelism}
      </span>
      <Checkpoints job={job} />
      <span className={styles.rest} />
      {isActive ? (
        <>
          <Button
            icon={<PauseOctagon />}
            disabled={ending !== undefined || state !== 'RUNNING'}
            onClick={() => void stopWithSavepoint(job)}
          >
            {ending === 'stopping' ? 'Writing the savepoint…' : 'Stop with savepoint'}
          </Button>
          <IconButton label={`Cancel ${name}`} disabled={ending !== undefined} onClick={() => void cancel()}>
            <OctagonX />
          </IconButton>
        </>
      ) : (
        <Resume job={job} />
      )}
    </div>
  );
}

/** After a stop: where the savepoint lies, and the way on from it. */
function Resume({ job }: { readonly job: Job }) {
  const savepoint = useCluster((s) => s.savepoints.find(({ jobName }) => jobName === job.name));
  const isOn = useCluster((s) => s.submission.isOn);
  const failure = useCluster((s) => s.submission.failure);
  if (savepoint === undefined || savepoint.atMs < job.startedAtMs) return null;
  const copy = (): void => {
    void navigator.clipboard.writeText(savepoint.path).then(() => announce('Copied the path of the savepoint.'));
  };
  return (
    <>
      <span className={styles.path} title={savepoint.path} data-testid="savepoint">
        {failure === null ? savepoint.path : `${failure.message} ${failure.hint}`}
      </span>
      <IconButton label="Copy the path of the savepoint" onClick={copy}>
        <Copy />
      </IconButton>
      <Button tone="accent" icon={<Play />} disabled={isOn} onClick={() => void submitToCluster([savepoint])}>
        {isOn ? 'Submitting…' : 'Resume'}
      </Button>
    </>
  );
}

function Checkpoints({ job: { checkpoints } }: { readonly job: Job }) {
  if (checkpoints === null) return null;
  const { completedCount, failedCount, last, restoredFrom } = checkpoints;
  if (completedCount === 0 && failedCount === 0) return <span className={styles.figure}>no checkpoints</span>;
  return (
    <>
      <span
        className={styles.figure}
        title={
          last === null
            ? undefined
            : `The last at ${new Date(last.atMs).toLocaleTimeString()}: ${formatBytes(last.sizeBytes)}`
        }
      >
        {plural(completedCount, 'checkpoint')}
        {last === null ? null : (
          <span className={styles.more}>
            , last {formatDuration(last.durationMs)}, {formatBytes(last.sizeBytes)}
          </span>
        )}
      </span>
      {failedCount > 0 ? <span className={classNames(styles.figure, styles.bad)}>{failedCount} failed</span> : null}
      {restoredFrom === null ? null : (
        <span className={styles.figure} title={restoredFrom}>
          restored
        </span>
      )}
    </>
  );
}

/** Operators that stand behind no node, and nodes whose count Flink does not have. */
function NotShown({ news }: { readonly news: ClusterNews }) {
  const [isOpen, setIsOpen] = useState(false);
  const nodes = useAnalysis((s) => s.nodesById);
  const { unmapped, merged } = news;
  const count = unmapped.length + merged.length;
  if (count === 0) return null;
  return (
    <div className={styles.notShown}>
      <button type="button" className={styles.strip} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        {plural(count, 'thing')} that the canvas cannot show
      </button>
      {isOpen ? (
        <ul className={styles.list}>
          {merged.map(({ nodeId, operator }) => (
            <li key={nodeId}>
              Flink runs {nodes.get(nodeId)?.name ?? nodeId} together with others in {operator}, so its own rows are not
              counted.
            </li>
          ))}
          {unmapped.map(({ operator, rowsIn, rowsOut }) => (
            <li key={operator}>
              {operator} stands behind no node: {rowsIn === null ? '?' : formatCount(rowsIn)} rows in,{' '}
              {rowsOut === null ? '?' : formatCount(rowsOut)} out.
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
