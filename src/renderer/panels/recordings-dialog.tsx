/** The recordings of this project: which there are, which fit the script, which are damaged and why; and how runs are recorded. */
import { FolderOpen, History, Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { askUser } from '../store/confirm.ts';
import { useProject } from '../store/project.ts';
import { deleteOldRecordings, deleteRecording, listRecordings, type RecordingLink } from '../store/recordings.ts';
import { openRecording } from '../store/replay.ts';
import { useRun } from '../store/run.ts';
import { services } from '../store/services.ts';
import { chooseRecording, useSettings } from '../store/settings.ts';
import { useView } from '../store/view.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { formatBytes, formatCount, plural } from '../ui/format.ts';
import { LargeDialog } from '../ui/large-dialog.tsx';
import styles from './recordings-dialog.module.css';

const STATUS_WORDS = {
  running: 'going on',
  paused: 'paused',
  finished: 'finished',
  failed: 'failed',
  stopped: 'stopped',
} as const;

type Listing = { readonly links: readonly RecordingLink[] } | { readonly failure: string } | null;

/** The open dialog. */
export function RecordingsDialog() {
  const place = useProject((s) => s.place);
  const script = useProject((s) => s.text);
  const [listing, setListing] = useState<Listing>(null);
  const [asked, setAsked] = useState(0);
  const failure = useView((s) => s.failure);
  const again = (): void => setAsked((count) => count + 1);
  const close = (): void => {
    useView.setState({ failure: null });
    useSettings.setState({ recordingsOpen: false });
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` has it ask again.
  useEffect(() => {
    let isGone = false;
    if (place === null) return;
    void listRecordings(place.recordingsFolder, script).then((found) => {
      if (!isGone) setListing(found);
    });
    return () => {
      isGone = true;
    };
  }, [place, script, asked]);

  if (place === null) return null;
  return (
    <LargeDialog title="Recordings" onClose={close}>
      <RecordingSettings />
      {failure === null ? null : (
        <p className={styles.failure} role="alert">
          <strong>{failure.message}</strong> {failure.hint}
        </p>
      )}
      <List listing={listing} folder={place.recordingsFolder} onChange={again} onOpened={close} />
    </LargeDialog>
  );
}

function List({
  listing,
  folder,
  onChange,
  onOpened,
}: {
  listing: Listing;
  folder: string;
  onChange: () => void;
  onOpened: () => void;
}) {
  const keepCount = useSettings((s) => s.recording.keepCount);
  if (listing === null) return <p className={styles.none}>Looking…</p>;
  if ('failure' in listing) {
    return (
      <p className={styles.none} role="alert">
        {listing.failure}
      </p>
    );
  }
  const { links } = listing;
  if (links.length === 0) {
    return <p className={styles.none}>None yet. Run the job, and its recording is kept here to go back to.</p>;
  }
  const total = links.reduce((sum, link) => sum + link.sizeBytes, 0);
  return (
    <>
      <table className={styles.table}>
        <thead>
          <tr>
            <th>Started</th>
            <th>Run</th>
            <th className={styles.right}>Rows</th>
            <th className={styles.right}>Size</th>
            <th>Script</th>
            <th>
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {links.map((link) => (
            <Line key={link.path} link={link} folder={folder} onChange={onChange} onOpened={onOpened} />
          ))}
        </tbody>
      </table>
      <footer className={styles.foot}>
        <span>
          {plural(links.length, 'recording')}, {formatBytes(total)}
        </span>
        <span className={styles.rest} />
        <Button
          tone="quiet"
          icon={<FolderOpen />}
          onClick={() => void services().workspace.call('shell.reveal', { path: links[0]?.path ?? folder })}
        >
          Show in folder
        </Button>
        <Button
          disabled={links.length <= keepCount}
          onClick={() => void deleteOldRecordings(folder, keepCount).then(onChange)}
        >
          Delete all but the newest {keepCount}
        </Button>
      </footer>
    </>
  );
}

function Line({
  link,
  folder,
  onChange,
  onOpened,
}: {
  link: RecordingLink;
  folder: string;
  onChange: () => void;
  onOpened: () => void;
}) {
  const isOfThisRun = useRun((s) => s.recording?.path === link.path);
  const isShown = useView((s) => s.opened?.path === link.path);
  const started = new Date(link.startedAtMs).toLocaleString();
  const open = async (): Promise<void> => {
    if (await openRecording(link.path)) onOpened();
    else onChange();
  };
  const remove = async (): Promise<void> => {
    const choice = await askUser({
      title: 'Delete this recording?',
      message: `The run of ${started} cannot be gone back to any more.`,
      answers: [{ id: 'delete', title: 'Delete', tone: 'bad' }],
    });
    if (choice !== 'delete') return;
    await deleteRecording(folder, link.path);
    onChange();
  };
  return (
    <>
      <tr className={classNames(link.damage !== null && styles.damaged)}>
        <td>
          {started}
          {isOfThisRun ? <span className={styles.tag}>this run</span> : null}
          {isShown ? <span className={styles.tag}>shown</span> : null}
        </td>
        <td>{link.damage === null ? STATUS_WORDS[link.status] : <strong className={styles.bad}>damaged</strong>}</td>
        <td className={styles.right}>{link.damage === null ? formatCount(link.rowCount) : '–'}</td>
        <td className={styles.right}>{formatBytes(link.sizeBytes)}</td>
        <td className={link.isSameScript || link.damage !== null ? undefined : styles.other}>
          {link.damage !== null ? '–' : link.isSameScript ? 'as it is now' : 'another one'}
        </td>
        <td>
          <div className={styles.actions}>
            <Button
              icon={<History />}
              disabled={link.damage !== null}
              aria-label={`Open the recording of ${started}`}
              onClick={() => void open()}
            >
              Open
            </Button>
            <IconButton
              label={`Delete the recording of ${started}`}
              disabled={isOfThisRun || isShown}
              onClick={() => void remove()}
            >
              <Trash2 />
            </IconButton>
          </div>
        </td>
      </tr>
      {link.damage === null ? null : (
        <tr>
          <td colSpan={6} className={styles.damage}>
            {link.damage}
          </td>
        </tr>
      )}
    </>
  );
}

/** Bounds of what can be chosen: below, a run of some length would not fit; above, a disk would. */
const SIZE_MB = { min: 1, max: 100_000 } as const;
const KEEP = { min: 1, max: 1000 } as const;

function RecordingSettings() {
  const recording = useSettings((s) => s.recording);
  return (
    <fieldset className={styles.settings} aria-label="How runs are recorded">
      <label className={styles.setting}>
        <input
          type="checkbox"
          checked={recording.enabled}
          onChange={(event) => chooseRecording({ ...recording, enabled: event.currentTarget.checked })}
        />
        Record every run
      </label>
      <NumberSetting
        label="at most"
        unit="MB each"
        name="Size of one recording in MB"
        value={recording.sizeMbMax}
        bounds={SIZE_MB}
        isDisabled={!recording.enabled}
        onChange={(sizeMbMax) => chooseRecording({ ...recording, sizeMbMax })}
      />
      <NumberSetting
        label="keep the newest"
        unit="of a project"
        name="Recordings kept of a project"
        value={recording.keepCount}
        bounds={KEEP}
        isDisabled={!recording.enabled}
        onChange={(keepCount) => chooseRecording({ ...recording, keepCount })}
      />
      <span className={styles.note}>From the next run on, in all projects.</span>
    </fieldset>
  );
}

function NumberSetting(props: {
  readonly label: string;
  readonly unit: string;
  readonly name: string;
  readonly value: number;
  readonly bounds: { readonly min: number; readonly max: number };
  readonly isDisabled: boolean;
  readonly onChange: (value: number) => void;
}) {
  const { label, unit, name, value, bounds, isDisabled, onChange } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const commit = (): void => {
    const number = Number(typed);
    setTyped(null);
    if (typed === null || typed.trim() === '' || !Number.isFinite(number)) return;
    const bounded = Math.max(bounds.min, Math.min(bounds.max, Math.round(number)));
    if (bounded !== value) onChange(bounded);
  };
  return (
    <label className={styles.setting}>
      {label}
      <input
        aria-label={name}
        inputMode="numeric"
        size={6}
        disabled={isDisabled}
        value={typed ?? String(value)}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
        }}
      />
      {unit}
    </label>
  );
}
