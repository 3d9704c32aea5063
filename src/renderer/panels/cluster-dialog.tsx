/** The Flink cluster: where it is, submitting the job to it, and the jobs that run there. */
import { CircleAlert, CircleCheck, CloudUpload, Eye, FolderOpen, RefreshCw } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { type ClusterFailure, type JobLink, type Savepoint, useCluster } from '../store/cluster.ts';
import {
  bundleFolder,
  chooseBundleFolder,
  closeCluster,
  clusterRoot,
  hasFunctions,
  listJobs,
  submitToCluster,
  testCluster,
  watchJobs,
} from '../store/cluster-actions.ts';
import { chooseCluster, useSettings } from '../store/settings.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { formatDuration } from '../ui/format.ts';
import { LargeDialog } from '../ui/large-dialog.tsx';
import styles from './cluster.module.css';

/** The open dialog. */
export function ClusterDialog() {
  return (
    <LargeDialog title="Flink cluster" onClose={closeCluster}>
      <div className={styles.page}>
        <Connection />
        <Submission />
        <Jobs />
      </div>
    </LargeDialog>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles.section} aria-label={title}>
      <h3 className={styles.heading}>{title}</h3>
      {children}
    </section>
  );
}

function Field(props: {
  readonly label: string;
  readonly value: string;
  readonly placeholder: string;
  readonly note?: ReactNode;
  readonly onCommit: (value: string) => void;
}) {
  const { label, value, placeholder, note, onCommit } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const commit = (): void => {
    if (typed !== null && typed.trim() !== value) onCommit(typed.trim());
    setTyped(null);
  };
  return (
    <label className={styles.field}>
      <span className={styles.label}>{label}</span>
      <input
        className={styles.input}
        value={typed ?? value}
        placeholder={placeholder}
        spellCheck={false}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
        }}
      />
      <span className={styles.note}>{note}</span>
    </label>
  );
}

function Connection() {
  const cluster = useSettings((s) => s.cluster);
  const test = useCluster((s) => s.test);
  const verdict = (which: 'gateway' | 'rest'): ReactNode => {
    if (test === null || test === 'testing') return null;
    const { isFine, message } = test[which];
    return (
      <span className={classNames(styles.verdict, isFine ? styles.good : styles.bad)}>
        {isFine ? <CircleCheck aria-hidden="true" /> : <CircleAlert aria-hidden="true" />}
        {message}
      </span>
    );
  };
  const set = (part: Partial<typeof cluster>): void => {
    useCluster.setState({ test: null });
    chooseCluster({ ...cluster, ...part });
  };
  return (
    <Section title="Connection">
      <Field
        label="SQL gateway"
        value={cluster.gateway}
        placeholder="http://127.0.0.1:8083"
        note={verdict('gateway')}
        onCommit={(gateway) => set({ gateway })}
      />
      <Field
        label="JobManager (REST)"
        value={cluster.rest}
        placeholder="http://127.0.0.1:8081"
        note={verdict('rest')}
        onCommit={(rest) => set({ rest })}
      />
      <Field
        label="Savepoint folder"
        value={cluster.savepointFolder}
        placeholder="where the cluster is set to"
        note="as the cluster sees it: file:///… or s3://…"
        onCommit={(savepointFolder) => set({ savepointFolder })}
      />
      <div className={styles.actions}>
        <Button disabled={test === 'testing'} onClick={() => void testCluster()}>
          {test === 'testing' ? 'Testing…' : 'Test'}
        </Button>
      </div>
    </Section>
  );
}

function Submission() {
  const { isOn, progress, failure } = useCluster((s) => s.submission);
  const savepoints = useCluster((s) => s.savepoints);
  const gateway = useSettings((s) => s.cluster.gateway);
  // Both read the store anew when one of these changes.
  useCluster((s) => s.root);
  useCluster((s) => s.bundleFolder);
  const [from, setFrom] = useState('');
  const [typed, setTyped] = useState('');
  const chosen = from === 'typed' ? typedSavepoint(typed) : savepoints.find(({ path }) => path === from);
  return (
    <Section title="Submit this job">
      <Field
        label="Project folder there"
        value={clusterRoot()}
        placeholder="/opt/millrace"
        note="Relative paths count from it, as gateway and TaskManagers see it."
        onCommit={(root) => useCluster.setState({ root: root === '' ? null : root })}
      />
      {hasFunctions() ? (
        <div className={styles.field}>
          <span className={styles.label}>Built bundle</span>
          <span className={styles.value}>{bundleFolder() === '' ? 'none yet' : bundleFolder()}</span>
          <span className={styles.note}>
            <Button tone="quiet" icon={<FolderOpen />} onClick={() => void chooseBundleFolder()}>
              Choose…
            </Button>
            Functions run from its jar: export, then mvn -f jvm/pom.xml package.
          </span>
        </div>
      ) : null}
      <label className={styles.field}>
        <span className={styles.label}>Start</span>
        <select className={styles.input} value={from} onChange={(event) => setFrom(event.currentTarget.value)}>
          <option value="">from the beginning</option>
          {savepoints.map(({ path, jobName, atMs }) => (
            <option key={path} value={path}>
              from the savepoint of {jobName}, {new Date(atMs).toLocaleString()}
            </option>
          ))}
          <option value="typed">from another savepoint…</option>
        </select>
        <span className={styles.note}>{from !== '' && from !== 'typed' ? from : null}</span>
      </label>
      {from === 'typed' ? (
        <Field label="Savepoint" value={typed} placeholder="file:///savepoints/savepoint-…" onCommit={setTyped} />
      ) : null}
      {failure === null ? null : <Failure failure={failure} />}
      <div className={styles.actions}>
        <Button
          tone="accent"
          icon={<CloudUpload />}
          disabled={isOn || gateway === '' || (from !== '' && chosen === undefined)}
          title={gateway === '' ? 'Name the SQL gateway first' : undefined}
          onClick={() => void submitToCluster(chosen === undefined ? [] : [chosen])}
        >
          {isOn ? 'Submitting…' : 'Submit'}
        </Button>
        <span className={styles.note} role="status">
          {isOn ? progress : null}
        </span>
      </div>
    </Section>
  );
}

/** A savepoint that was typed is of no known statement. */
function typedSavepoint(path: string): Pick<Savepoint, 'path' | 'statement'> | undefined {
  return path === '' ? undefined : { path, statement: 0 };
}

function Failure({ failure }: { readonly failure: ClusterFailure }) {
  return (
    <p className={styles.failure} role="alert">
      <strong>{failure.message}</strong> {failure.hint}
    </p>
  );
}

function Jobs() {
  const list = useCluster((s) => s.list);
  const rest = useSettings((s) => s.cluster.rest);
  if (rest === '') return null;
  const jobs = list === null || list === 'asking' ? [] : list.jobs;
  return (
    <Section title="Jobs on the cluster">
      <IconButton label="Ask for the jobs again" className={styles.refresh} onClick={() => void listJobs()}>
        <RefreshCw />
      </IconButton>
      {list !== null && list !== 'asking' && list.failure !== null ? <Failure failure={list.failure} /> : null}
      {jobs.length > 0 ? (
        <ul className={styles.jobs}>
          {jobs.map((job) => (
            <Job key={job.jobId} job={job} />
          ))}
        </ul>
      ) : (
        <p className={styles.note}>{list === 'asking' ? 'Asking…' : list === null ? '' : 'There are none.'}</p>
      )}
    </Section>
  );
}

function Job({ job }: { readonly job: JobLink }) {
  return (
    <li className={styles.job}>
      <JobState state={job.state} />
      <span className={styles.jobName} title={job.jobId}>
        {job.name}
      </span>
      <span className={styles.note}>{formatDuration(job.durationMs)}</span>
      <span className={styles.rest} />
      <Button icon={<Eye />} aria-label={`Watch ${job.name}`} onClick={() => void watchJobs([job.jobId])}>
        Watch
      </Button>
    </li>
  );
}

/** The state of a job, as a word with a lamp. */
export function JobState({ state }: Pick<JobLink, 'state'>) {
  const tone =
    state === 'RUNNING'
      ? styles.isRunning
      : state === 'FAILED' || state === 'FAILING' || state === 'RESTARTING'
        ? styles.isBad
        : styles.isQuiet;
  return <span className={classNames(styles.state, tone)}>{state.toLowerCase()}</span>;
}
