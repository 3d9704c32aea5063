/**
 * What the time bar has to say in words: the moment that is looked at and the row that entered last,
 * where a breakpoint stopped, how the replay's result compares with that of the run, and what went
 * wrong. Nothing when there is nothing to say.
 */
import { CircleAlert, CircleCheck, CornerDownLeft, History, OctagonX, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { keysOf } from '../app/commands.ts';
import { useAnalysis } from '../store/analysis.ts';
import { rowText } from '../store/breakpoint-hit.ts';
import { type BreakpointHit, useBreakpoints } from '../store/breakpoints.ts';
import { useProject } from '../store/project.ts';
import { leaveReplay } from '../store/replay.ts';
import { isActive, useRun } from '../store/run.ts';
import { resumeRun, togglePause } from '../store/run-actions.ts';
import { type Moment, useMoment, useView } from '../store/view.ts';
import { Button, WithTooltip } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { formatCount } from '../ui/format.ts';
import { LargeDialog } from '../ui/large-dialog.tsx';
import styles from './time-bar.module.css';
import { clockText, digestVerdict } from './time-bar-kernels.ts';

/** The strip. */
export function TimeStrip() {
  const moment = useMoment();
  const hit = useBreakpoints((s) => s.hit);
  const failure = useView((s) => s.failure);
  const note = useRun((s) => s.recording?.note ?? null);
  if (failure !== null) {
    return (
      <div className={classNames(styles.strip, styles.failed)} role="alert">
        <CircleAlert aria-hidden="true" />
        <strong>{failure.message}</strong>
        <span className={styles.words}>{failure.hint}</span>
        <span className={styles.rest} />
        <Button tone="quiet" onClick={() => useView.setState({ failure: null })}>
          Dismiss
        </Button>
      </div>
    );
  }
  if (hit !== null) return <HitStrip hit={hit} />;
  if (moment !== null) return <MomentStrip moment={moment} />;
  return note === null ? null : <NoteStrip note={note} />;
}

/** Values of a row that the strip shows; the tooltip has all. */
const SHOWN_VALUES = 8;

function HitStrip({ hit }: { hit: BreakpointHit }) {
  const breakpoint = useBreakpoints((s) => s.list.find((b) => b.id === hit.breakpointId));
  const from = useAnalysis((s) => (breakpoint === undefined ? undefined : s.nodesById.get(breakpoint.from)?.name));
  const to = useAnalysis((s) => (breakpoint === undefined ? undefined : s.nodesById.get(breakpoint.to)?.name));
  return (
    <div className={classNames(styles.strip, styles.hit)} data-testid="breakpoint-hit">
      <OctagonX aria-hidden="true" />
      <strong
        title={breakpoint === undefined || breakpoint.condition === '' ? undefined : `It met: ${breakpoint.condition}`}
      >
        Stopped at row {formatCount(hit.row)}
      </strong>
      {from === undefined || to === undefined ? null : (
        <span className={styles.words}>
          {from} → {to}
        </span>
      )}
      <span className={styles.value} title={valuesTitle(hit.columns, hit.values)}>
        {rowText(hit, SHOWN_VALUES)}
      </span>
      <span className={styles.rest} />
      <WithTooltip label="Go on to the next row that meets it" keys={keysOf('run.pause')}>
        <Button tone="accent" onClick={() => void togglePause()}>
          Continue
        </Button>
      </WithTooltip>
    </div>
  );
}

function MomentStrip({ moment }: { moment: Moment }) {
  const status = useRun((s) => s.status);
  const hasRun = useRun((s) => s.runId !== null);
  const opened = useView((s) => s.opened);
  return (
    <div className={styles.strip} data-testid="moment">
      <History aria-hidden="true" />
      <strong title="The clock of the run at this moment">{clockText(moment) || 'Looking back'}</strong>
      {opened === null ? null : <span>in a recording</span>}
      {opened === null ? null : <OtherScript script={opened.script} />}
      {moment.entered === null ? (
        <span className={styles.words}>before the first row</span>
      ) : (
        <>
          <span className={styles.words}>{moment.entered.position}</span>
          <span className={styles.value} title={valuesTitle(moment.entered.columns, moment.entered.values)}>
            {moment.entered.values
              .slice(0, SHOWN_VALUES)
              .map((value) => value ?? 'NULL')
              .join(' · ')}
          </span>
        </>
      )}
      <span className={styles.rest} />
      {moment.digests === null ? null : <Digests digests={moment.digests} />}
      {opened === null && isActive(status) ? (
        <WithTooltip label="Leave the past and let the run go on from where it rests">
          <Button onClick={() => void resumeRun()}>Go on</Button>
        </WithTooltip>
      ) : null}
      <WithTooltip label={hasRun ? 'Show the run as it stands now' : 'Close the recording'} keys={keysOf('run.live')}>
        <Button tone="plain" icon={<CornerDownLeft />} onClick={leaveReplay}>
          {hasRun ? 'Back to the run' : 'Close'}
        </Button>
      </WithTooltip>
    </div>
  );
}

function Digests({ digests }: { digests: NonNullable<Moment['digests']> }) {
  const verdict = digestVerdict(digests);
  return (
    <span
      className={classNames(styles.digest, styles[verdict.kind])}
      title={verdict.detail}
      role={verdict.kind === 'different' ? 'alert' : undefined}
      data-testid="digest"
    >
      {verdict.kind === 'different' ? <TriangleAlert aria-hidden="true" /> : null}
      {verdict.kind === 'equal' ? <CircleCheck aria-hidden="true" /> : null}
      {verdict.text}
    </span>
  );
}

/** A recording keeps its own script; when the text has changed since, that must be known. */
function OtherScript({ script }: { script: string }) {
  const isSame = useProject((s) => s.text === script);
  const [isShown, setIsShown] = useState(false);
  if (isSame) return null;
  return (
    <>
      <span className={styles.other}>
        <TriangleAlert aria-hidden="true" /> of another script
      </span>
      <Button tone="quiet" onClick={() => setIsShown(true)}>
        Look at it
      </Button>
      {isShown ? (
        <LargeDialog title="The recorded script" onClose={() => setIsShown(false)}>
          <pre className={styles.script}>{script}</pre>
        </LargeDialog>
      ) : null}
    </>
  );
}

function NoteStrip({ note }: { note: string }) {
  const [dismissed, setDismissed] = useState('');
  if (dismissed === note) return null;
  return (
    <div className={classNames(styles.strip, styles.warned)} role="status">
      <TriangleAlert aria-hidden="true" />
      <span className={styles.words}>{note}</span>
      <span className={styles.rest} />
      <Button tone="quiet" onClick={() => setDismissed(note)}>
        Dismiss
      </Button>
    </div>
  );
}

function valuesTitle(columns: readonly { readonly name: string }[], values: readonly (string | null)[]): string {
  return columns.map((column, i) => `${column.name}: ${values[i] ?? 'NULL'}`).join('\n');
}
