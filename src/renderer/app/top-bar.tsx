/** The top bar: where the user is, the run, and what belongs to the window itself. */
import {
  ChevronLeft,
  Cloud,
  Moon,
  PackageOpen,
  PanelBottom,
  PanelLeft,
  PanelRight,
  Pause,
  Play,
  Search,
  Square,
  StepForward,
  Sun,
} from 'lucide-react';
import { useCluster } from '../store/cluster.ts';
import { useProject } from '../store/project.ts';
import { isActive, useRun } from '../store/run.ts';
import { useIsRunOutdated } from '../store/run-age.ts';
import { isDark, useSettings } from '../store/settings.ts';
import { useIsFlowing, useMoment } from '../store/view.ts';
import { Button, IconButton, WithTooltip } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { formatCount, formatDuration, plural } from '../ui/format.ts';
import { KeyHint } from '../ui/key-hint.tsx';
import { CentreTabs } from './centre-tabs.tsx';
import { keysOf, runCommand } from './commands.ts';
import styles from './top-bar.module.css';

/** The bar. */
export function TopBar() {
  return (
    <header className={styles.bar}>
      <ProjectName />
      <CentreTabs />
      <RunControls />
      <WindowControls />
    </header>
  );
}

function ProjectName() {
  const place = useProject((s) => s.place);
  const isDirty = useProject((s) => s.isDirty);
  return (
    <div className={styles.project}>
      <IconButton label="Samples and recent projects" onClick={() => runCommand('file.welcome')}>
        <ChevronLeft />
      </IconButton>
      <h1 className={styles.name} title={place?.path ?? undefined}>
        {place?.name}
      </h1>
      {isDirty ? (
        <span className={styles.dirty} role="img" aria-label="Unsaved changes" title="Unsaved changes" />
      ) : null}
      {place?.readOnly === true ? <span className={styles.tag}>sample</span> : null}
    </div>
  );
}

function RunControls() {
  const status = useRun((s) => s.status);
  const isReplay = useMoment() !== null;
  const isFlowing = useIsFlowing();
  const isRunActive = isActive(status);
  const isPaused = isReplay ? !isFlowing : status === 'paused';
  return (
    <div className={styles.run} role="toolbar" aria-label="Run">
      {isRunActive ? (
        <WithTooltip label="Stop the run; its rows stay" keys={keysOf('run.stop')}>
          <Button tone="bad" className={styles.runButton} icon={<Square />} onClick={() => runCommand('run.stop')}>
            Stop
          </Button>
        </WithTooltip>
      ) : (
        <WithTooltip label="Run the program as it stands" keys={keysOf('run.start')}>
          <Button tone="accent" className={styles.runButton} icon={<Play />} onClick={() => runCommand('run.start')}>
            Run
          </Button>
        </WithTooltip>
      )}
      <IconButton
        label={isPaused ? (isReplay ? 'Play the recording' : 'Resume') : 'Pause'}
        hint={isPaused ? 'Let the rows flow on' : 'Hold the rows; they and the state stay to look at'}
        keys={keysOf('run.pause')}
        disabled={!isReplay && (!isRunActive || status === 'starting')}
        onClick={() => runCommand('run.pause')}
      >
        {isPaused ? <Play /> : <Pause />}
      </IconButton>
      <IconButton
        label="Step one input row"
        hint="Read one row and let it go through every node; starts a paused run when none is on"
        keys={keysOf('run.step')}
        onClick={() => runCommand('run.step')}
      >
        <StepForward />
      </IconButton>
      <RunState />
    </div>
  );
}

const STATUS_WORDS = {
  none: 'Not run yet',
  starting: 'Starting…',
  running: 'Running',
  paused: 'Paused',
  finished: 'Finished',
  failed: 'Failed',
  stopped: 'Stopped',
  lost: 'Engine lost',
} as const;

function RunState() {
  const status = useRun((s) => s.status);
  const rowsRead = useRun((s) => s.rowsRead);
  const elapsedMs = useRun((s) => s.elapsedMs);
  const fraction = useRun((s) => s.fraction);
  const isOutdated = useIsRunOutdated();
  const moment = useMoment();
  const errorCount = useRun((s) => s.diagnostics.filter((d) => d.severity === 'error').length);
  const isRunActive = isActive(status);
  const isRefused = status === 'none' && errorCount > 0 && !isOutdated;
  const watched = useCluster((s) => s.watched);
  if (watched !== null) {
    const isAway = watched.news?.away != null;
    return (
      <div className={classNames(styles.state, isAway ? styles.lost : styles.replay)}>
        <span className={styles.lamp} aria-hidden="true" />
        <span className={styles.word}>{isAway ? 'Cluster away' : 'On the cluster'}</span>
        <span className={styles.figures}>
          {plural(rowsRead, 'row')} read, {formatDuration(elapsedMs)}
        </span>
      </div>
    );
  }
  if (moment !== null) {
    return (
      <div className={classNames(styles.state, styles.replay)}>
        <span className={styles.lamp} aria-hidden="true" />
        <span className={styles.word}>{moment.isPlaying ? 'Replaying' : 'Looking back'}</span>
        <span className={styles.figures}>
          row {formatCount(moment.row)} of {formatCount(moment.rowCount)}
        </span>
      </div>
    );
  }
  return (
    <div className={classNames(styles.state, styles[status])}>
      <span className={styles.lamp} aria-hidden="true" />
      <span className={styles.word}>
        {isRefused ? `Not run: ${plural(errorCount, 'problem')}` : STATUS_WORDS[status]}
      </span>
      {status === 'none' || status === 'starting' ? null : (
        <span className={styles.figures}>
          {isOutdated && !isRunActive
            ? 'before your last change'
            : `${plural(rowsRead, 'row')} read, ${formatDuration(elapsedMs)}`}
        </span>
      )}
      {isRunActive && fraction !== null ? (
        <progress className={styles.progress} max={1} value={fraction} aria-label="Share of the input that was read" />
      ) : null}
    </div>
  );
}

function WindowControls() {
  const { leftOpen, dockOpen, inspectorOpen } = useSettings();
  const dark = useSettings(isDark);
  return (
    <div className={styles.window}>
      <WithTooltip label="Command palette: every action by its name" keys={keysOf('view.palette')}>
        <Button tone="quiet" className={styles.search} icon={<Search />} onClick={() => runCommand('view.palette')}>
          <span className="visually-hidden">Command palette</span>
          <KeyHint keys={keysOf('view.palette') ?? ''} />
        </Button>
      </WithTooltip>
      <IconButton label="Flink cluster" keys={keysOf('run.cluster')} onClick={() => runCommand('run.cluster')}>
        <Cloud />
      </IconButton>
      <IconButton label="Export to Flink" keys={keysOf('file.export')} onClick={() => runCommand('file.export')}>
        <PackageOpen />
      </IconButton>
      <IconButton
        label={dark ? 'Use the light theme' : 'Use the dark theme'}
        keys={keysOf('view.toggle-theme')}
        onClick={() => runCommand('view.toggle-theme')}
      >
        {dark ? <Sun /> : <Moon />}
      </IconButton>
      <span className={styles.line} />
      <IconButton
        label="Left panel"
        keys={keysOf('view.toggle-left')}
        isPressed={leftOpen}
        onClick={() => runCommand('view.toggle-left')}
      >
        <PanelLeft />
      </IconButton>
      <IconButton
        label="Bottom panel"
        keys={keysOf('view.toggle-dock')}
        isPressed={dockOpen}
        onClick={() => runCommand('view.toggle-dock')}
      >
        <PanelBottom />
      </IconButton>
      <IconButton
        label="Inspector"
        keys={keysOf('view.toggle-inspector')}
        isPressed={inspectorOpen}
        onClick={() => runCommand('view.toggle-inspector')}
      >
        <PanelRight />
      </IconButton>
    </div>
  );
}
