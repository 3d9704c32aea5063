/** How the recording of the run stands, and the way to all recordings. */
import { Disc, TriangleAlert } from 'lucide-react';
import { runCommand } from '../app/commands.ts';
import { useRun } from '../store/run.ts';
import { useSettings } from '../store/settings.ts';
import { Button, WithTooltip } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { formatBytes, plural } from '../ui/format.ts';
import styles from './time-bar.module.css';

/** The lamp; pressing it opens the list of recordings. */
export function RecordingLamp() {
  const recording = useRun((s) => s.recording);
  const isRunning = useRun((s) => s.status === 'running');
  const isEnabled = useSettings((s) => s.recording.enabled);
  const word = recording === null ? (isEnabled ? 'Recordings' : 'Not recording') : formatBytes(recording.sizeBytes);
  const hint =
    recording === null
      ? isEnabled
        ? 'Every run is recorded. Shows those of this project.'
        : 'Runs are not recorded at the moment.'
      : `${plural(recording.recordedRows, 'row')} can be gone back to, whatever happens. ${recording.note ?? ''}`.trim();
  return (
    <WithTooltip label="Recordings of this project" hint={hint}>
      <Button
        tone="quiet"
        className={classNames(
          styles.lamp,
          recording !== null && isRunning && styles.recording,
          recording?.note != null && styles.noted,
        )}
        icon={recording?.note == null ? <Disc aria-hidden="true" /> : <TriangleAlert aria-hidden="true" />}
        onClick={() => runCommand('run.recordings')}
      >
        <span className="visually-hidden">Recordings. {hint}</span>
        <span className={styles.lampWord} aria-hidden="true">
          {word}
        </span>
      </Button>
    </WithTooltip>
  );
}
