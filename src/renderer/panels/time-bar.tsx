/**
 * The time bar under the canvas: one row that is always there. It moves what is looked at to any input
 * row of the run and says which moment that is; what needs words stands in a strip above it, so that
 * the bar itself never moves under the pointer.
 */
import { ChevronLeft, ChevronRight, Pause, Play, SkipBack, SkipForward } from 'lucide-react';
import { type CSSProperties, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { keysOf } from '../app/commands.ts';
import { announce } from '../store/notices.ts';
import { chooseSpeed, goToEnd, goToRow, goToStart, leaveReplay, playReplay, stepReplay } from '../store/replay.ts';
import { isActive, useRun } from '../store/run.ts';
import { stepRun, togglePause } from '../store/run-actions.ts';
import { chooseRecording, useSettings } from '../store/settings.ts';
import { type ReplaySpeed, useIsFlowing, useMoment, useView } from '../store/view.ts';
import { Button, IconButton, WithTooltip } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { formatCount } from '../ui/format.ts';
import { BreakpointsMenu } from './breakpoints-menu.tsx';
import { RecordingLamp } from './recording-lamp.tsx';
import styles from './time-bar.module.css';
import { clockText, parseRow, thumbText } from './time-bar-kernels.ts';
import { TimeStrip } from './time-strip.tsx';

/** The bar, with its strip. */
export function TimeBar() {
  const moment = useMoment();
  const isKnown = useRun((s) => s.runId !== null) || moment !== null;
  return (
    <section
      className={classNames(styles.time, moment !== null && styles.past)}
      aria-label="Time"
      data-view={moment === null ? 'live' : 'replay'}
      onKeyDown={(event) => {
        // The bindings of the window leave Escape to whoever types; here it means the same as everywhere.
        if (event.key !== 'Escape' || event.defaultPrevented || moment === null) return;
        event.preventDefault();
        leaveReplay();
      }}
    >
      <TimeStrip />
      <div className={styles.bar}>
        {isKnown ? <Transport /> : <Unused />}
        <BreakpointsMenu />
        <RecordingLamp />
      </div>
    </section>
  );
}

/** Before the first run there is nothing to go back in: the bar says what it is for. */
function Unused() {
  const isRecorded = useSettings((s) => s.recording.enabled);
  return (
    <>
      <span className={styles.teach}>
        {isRecorded
          ? 'Run the job, then drag here to any row of it: every count, state and result shows that moment.'
          : 'Runs are not recorded, so there is nothing to go back in.'}
      </span>
      {isRecorded ? null : <RecordButton />}
      <span className={styles.rest} />
    </>
  );
}

function RecordButton() {
  const recording = useSettings((s) => s.recording);
  return <Button onClick={() => chooseRecording({ ...recording, enabled: true })}>Record runs</Button>;
}

function Transport() {
  const moment = useMoment();
  const status = useRun((s) => s.status);
  const rowsRead = useRun((s) => s.rowsRead);
  // Until the first figures are there it is not known, and nothing is said.
  const isRecorded = useRun((s) => s.recording !== null || s.live === null) || moment !== null;
  const isFlowing = useIsFlowing();
  const row = useView((s) => s.wantedRow) ?? moment?.row ?? rowsRead;
  const rowCount = moment?.rowCount ?? rowsRead;
  const canGoOn = isActive(status);
  if (!isRecorded) {
    return (
      <>
        <span className={styles.teach}>This run is not recorded.</span>
        <RecordButton />
        <span className={styles.rest} />
      </>
    );
  }
  return (
    <>
      <div className={styles.buttons} role="toolbar" aria-label="Move in time">
        <IconButton label="To the first row" className={styles.far} disabled={row === 0} onClick={goToStart}>
          <SkipBack />
        </IconButton>
        <IconButton
          label="Step back one row"
          keys={keysOf('run.step-back')}
          hint="Exactly one input row leaves: counts, state and results are as before it"
          disabled={row === 0}
          onClick={() => void stepReplay(-1)}
        >
          <ChevronLeft />
        </IconButton>
        <PlayButton isFlowing={isFlowing} isReplay={moment !== null} canGoOn={canGoOn} />
        <IconButton
          label="Step forward one row"
          keys={keysOf('run.step')}
          disabled={row >= rowCount && !(canGoOn && (moment === null || moment.isAtEnd))}
          onClick={() => void stepRun()}
        >
          <ChevronRight />
        </IconButton>
        <IconButton
          label="To the last row"
          className={styles.far}
          disabled={moment === null || row >= rowCount}
          onClick={goToEnd}
        >
          <SkipForward />
        </IconButton>
      </div>
      <Speed />
      <Scrubber row={row} rowCount={rowCount} />
      <RowField row={row} rowCount={rowCount} />
    </>
  );
}

function PlayButton({ isFlowing, isReplay, canGoOn }: { isFlowing: boolean; isReplay: boolean; canGoOn: boolean }) {
  const plays = isReplay || !canGoOn;
  const label = isFlowing ? 'Pause' : plays ? 'Play the recording' : 'Let the run go on';
  const press = (): void => void (plays && !isFlowing ? playReplay() : togglePause());
  return (
    <IconButton label={label} keys={keysOf('run.pause')} onClick={press}>
      {isFlowing ? <Pause /> : <Play />}
    </IconButton>
  );
}

const SPEEDS: readonly { readonly speed: ReplaySpeed; readonly name: string; readonly label: string }[] = [
  { speed: 1, name: '1×', label: 'At the pace of the run' },
  { speed: 10, name: '10×', label: 'Ten times as fast as the run' },
  { speed: null, name: 'Max', label: 'As fast as possible' },
];

function Speed() {
  const chosen = useView((s) => s.speed);
  const walk = (event: KeyboardEvent<HTMLElement>): void => {
    const by = ['ArrowRight', 'ArrowDown'].includes(event.key)
      ? 1
      : ['ArrowLeft', 'ArrowUp'].includes(event.key)
        ? -1
        : 0;
    if (by === 0) return;
    event.preventDefault();
    const at = SPEEDS.findIndex(({ speed }) => speed === chosen);
    const index = (at + by + SPEEDS.length) % SPEEDS.length;
    event.currentTarget.querySelectorAll<HTMLElement>('[role="radio"]')[index]?.focus();
    void chooseSpeed(SPEEDS[index]?.speed ?? null);
  };
  return (
    <div className={styles.speeds} role="radiogroup" aria-label="Speed of the replay" onKeyDown={walk}>
      {SPEEDS.map(({ speed, name, label }) => (
        <WithTooltip key={name} label={label}>
          {/* biome-ignore lint/a11y/useSemanticElements: a radio input cannot look like a segment of a control. */}
          <button
            type="button"
            role="radio"
            aria-checked={speed === chosen}
            tabIndex={speed === chosen ? 0 : -1}
            className={styles.speed}
            onClick={() => void chooseSpeed(speed)}
          >
            {name}
          </button>
        </WithTooltip>
      ))}
    </div>
  );
}

/** Rows that Page Up and Page Down move: a twentieth of the whole. */
const PAGES = 20;

function Scrubber({ row, rowCount }: { row: number; rowCount: number }) {
  const moment = useMoment();
  const share = rowCount === 0 ? 0 : row / rowCount;
  // The figures lag behind the thumb while the engine follows; the filled part shows how far it is.
  const shown = rowCount === 0 ? 0 : (moment?.row ?? row) / rowCount;
  const page = (event: KeyboardEvent): void => {
    const by = event.key === 'PageUp' ? 1 : event.key === 'PageDown' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    goToRow(row + by * Math.max(1, Math.round(rowCount / PAGES)));
  };
  return (
    <input
      type="range"
      className={styles.scrubber}
      aria-label="Input row"
      title="Drag to any row. Arrow keys move by one row, Page Up and Page Down by a twentieth."
      aria-valuetext={thumbText({ row, rowCount }, clockText(moment))}
      min={0}
      max={Math.max(1, rowCount)}
      step={1}
      disabled={rowCount === 0}
      value={row}
      style={{ '--share': share, '--shown': shown } as CSSProperties}
      onChange={(event) => goToRow(event.currentTarget.valueAsNumber)}
      onKeyDown={page}
    />
  );
}

function RowField({ row, rowCount }: { row: number; rowCount: number }) {
  const [typed, setTyped] = useState<string | null>(null);
  const commit = (): void => {
    const wanted = typed === null ? null : parseRow(typed, rowCount);
    setTyped(null);
    if (wanted !== null) goToRow(wanted);
    else if (typed !== null) announce('A row is a number, such as 500, or a share, such as 50 %.');
  };
  return (
    <span className={styles.rowField}>
      <input
        aria-label="Go to input row"
        title="Type a row, or a share such as 50 %, and press Enter"
        inputMode="numeric"
        spellCheck={false}
        style={{ width: `calc(${Math.max(3, formatCount(rowCount).length)}ch + 1.25rem)` }}
        value={typed ?? formatCount(row)}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={() => setTyped(null)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
          else if (event.key === 'Escape' && typed !== null) {
            event.preventDefault();
            setTyped(null);
          }
        }}
      />
      <span className={styles.of}>/ {formatCount(rowCount)}</span>
    </span>
  );
}

/** A thumb that has rested this long is spoken of; while it moves nobody could follow. */
const REST_BEFORE_SAID_MS = 900;

/** Says where the thumb stands once it rests for a moment, when it was moved by something else than the slider. */
export function useSpokenMoment(): void {
  const moment = useMoment();
  const said = useRef(-1);
  useEffect(() => {
    if (moment === null || moment.isPlaying || document.activeElement?.matches('input[type="range"]') === true) return;
    const timer = setTimeout(() => {
      if (said.current === moment.row) return;
      said.current = moment.row;
      announce(thumbText(moment, clockText(moment)));
    }, REST_BEFORE_SAID_MS);
    return () => clearTimeout(timer);
  }, [moment]);
}
