/**
 * Moving through a recording. The thumb of the time bar stands where the user put it at once; the
 * engine follows as fast as it can:
 *
 *   wanted rows   500 510 525 560 … 700      (the pointer)
 *   asked            500     560      700    (one seek under way; the newest row is asked next)
 *
 * A seek that takes long is overtaken by a newer one, so a large recording does not hold a drag up.
 * Each answer is a moment; cards, rows and state show that moment from then on.
 */
import { assert } from '../../runtime/base/assert.ts';
import type { CommandOut } from '../../runtime/contract/contract.ts';
import type { EngineContract } from '../../runtime/contract/engine-contract.ts';
import type { Client } from '../../runtime/contract/transport.ts';
import { clearHit, sendBreakpoints, useBreakpoints } from './breakpoints.ts';
import { connectEngine } from './connect-engine.ts';
import { nodeToFollow } from './followed-node.ts';
import { announce } from './notices.ts';
import { showFigures, useRun } from './run.ts';
import { services } from './services.ts';
import { followNode, readTap, switchTap, useTap } from './tap.ts';
import { LIVE, type Moment, type ReplayFailure, type ReplaySpeed, useView } from './view.ts';

type MomentAnswer = CommandOut<EngineContract, 'replays.seek'>;

/** After this long a seek under way is overtaken by a newer one. */
const SLOW_SEEK_MS = 300;

/** Whether there is a recording to go back in: that of the run, or one that was opened. */
export function canLookBack(): boolean {
  return useView.getState().moment !== null || useRun.getState().recording !== null;
}

/** Input rows that can be gone through: of the recording that is looked at, else of the run so far. */
function rowCountOf(moment: Moment | null, rowsRead: number): number {
  return moment === null ? rowsRead : moment.rowCount;
}

/** Puts the thumb at a row (0: before the first). Calls may come as fast as a pointer moves. */
export function goToRow(row: number): void {
  clearHit();
  const { moment } = useView.getState();
  const count = rowCountOf(moment, useRun.getState().live?.rowsRead ?? 0);
  useView.setState({ wantedRow: Math.max(0, Math.min(count, Math.round(row))), failure: null });
  void follow();
}

/** To the moment before the first row. */
export function goToStart(): void {
  if (canLookBack()) goToRow(0);
}

/** To the last recorded row. */
export function goToEnd(): void {
  const { moment } = useView.getState();
  if (moment !== null) goToRow(moment.rowCount);
}

let isFollowing = false;

/** Has the engine follow the thumb until it has arrived. */
async function follow(): Promise<void> {
  if (isFollowing) return;
  isFollowing = true;
  try {
    for (;;) {
      const { wantedRow, moment } = useView.getState();
      if (wantedRow === null) return;
      if (moment === null) {
        if (!(await openView({ row: wantedRow }))) return;
      } else if (moment.row !== wantedRow || moment.isPlaying) {
        if (!(await moveTo(moment, wantedRow))) return;
      }
      // Unless the thumb went on meanwhile, it has arrived, also when the recording ends before that row.
      if (useView.getState().wantedRow === wantedRow) useView.setState({ wantedRow: null });
    }
  } finally {
    isFollowing = false;
    // What could not be reached is not shown as if it were.
    if (useView.getState().wantedRow !== null) useView.setState({ wantedRow: null });
  }
}

/** Numbers of seeks: an answer that a newer one has overtaken must not move the view back. */
let lastAsked = 0;
let lastShown = 0;

/** Asks the engine to go there. Resolves when it is there, or when a newer wish need not wait any longer. */
async function moveTo({ replayId, row, isPlaying }: Moment, wanted: number): Promise<boolean> {
  const engine = services().engine.current();
  if (engine === null)
    return failed({ message: 'The engine is not there.', hint: 'Start it, then open the recording.' });
  if (isPlaying) await engine.call('replays.pause', { replayId });
  lastAsked += 1;
  const serial = lastAsked;
  const by = wanted - row;
  const answered =
    !isPlaying && (by === 1 || by === -1)
      ? engine.call('replays.step', { replayId, by })
      : engine.call('replays.seek', { replayId, row: wanted });
  let isFine = true;
  const shown = answered.then((answer) => {
    if (serial < lastShown) return;
    lastShown = serial;
    isFine = answer.ok ? takeAnswer(answer.value) : failed({ message: answer.error.message, hint: '' });
  });
  await Promise.race([shown, newerWish(wanted)]);
  return isFine;
}

/** Resolves once the thumb has moved on although the seek under way has had its time. */
function newerWish(row: number): Promise<void> {
  return new Promise((settle) => {
    let isSlow = false;
    const look = (): void => {
      const { wantedRow } = useView.getState();
      // Null: it has arrived or given up, and nobody waits here any more.
      if (wantedRow !== null && (wantedRow === row || !isSlow)) return;
      stop();
      clearTimeout(timer);
      settle();
    };
    const stop = useView.subscribe(look);
    const timer = setTimeout(() => {
      isSlow = true;
      look();
    }, SLOW_SEEK_MS);
  });
}

function takeAnswer({ moment, failure }: MomentAnswer): boolean {
  if (failure !== null) return failed(failure);
  // Null without a failure: a newer seek has overtaken this one.
  if (moment !== null) takeMoment(moment);
  return true;
}

function failed(failure: ReplayFailure): false {
  useView.setState({ failure });
  announce(`${failure.message} ${failure.hint}`.trim());
  return false;
}

/** Shows a moment of the replay that is looked at. Those of others are of no interest any more. */
export function takeMoment(moment: Moment): void {
  if (moment.replayId !== useRun.getState().viewId) return;
  const before = useView.getState().moment;
  useView.setState({ moment });
  showFigures(moment.metrics, 'none');
  void readTap();
  if (before?.isPlaying === true && !moment.isPlaying) announce(`Row ${moment.row} of ${moment.rowCount}.`);
}

/** What shall be looked at: a recording on the disk, else that of the run. `row` null: its end. */
interface OpenOptions {
  readonly row: number | null;
  readonly path?: string;
}

/** Opens a recording and looks at it. A run that goes on rests meanwhile. Answers whether it worked. */
async function openView({ row, path }: OpenOptions): Promise<boolean> {
  const { runId, status, recording, isGone } = useRun.getState();
  useView.setState({ isOpening: true, failure: null });
  const engine = await connectEngine();
  if (engine === null) {
    useView.setState({ isOpening: false });
    return failed({
      message: 'The engine did not start.',
      hint: 'The recording is whole; it can be opened once the engine is there.',
    });
  }
  // A run whose engine has ended is known by its recording only.
  const source = path ?? (isGone || runId === null ? (recording?.path ?? null) : null);
  const answer = await engine.call('replays.open', { runId: source === null ? runId : null, path: source, row });
  useView.setState({ isOpening: false });
  if (!answer.ok) return failed({ message: answer.error.message, hint: '' });
  const { moment, script, failure } = answer.value;
  if (failure !== null || moment === null) {
    return failed(failure ?? { message: 'The recording could not be opened.', hint: '' });
  }
  if (useRun.getState().runId !== runId) {
    // Another run began meanwhile; that one is looked at.
    void engine.call('replays.close', { replayId: moment.replayId });
    return false;
  }
  closeReplay(engine);
  if (source === null && status === 'running') {
    useRun.setState({ status: 'paused' });
    announce('The run rests while you look back.');
  }
  useView.setState({ opened: source === null ? null : { path: source, script } });
  useRun.setState({ viewId: moment.replayId });
  const { nodeId } = useTap.getState();
  if (nodeId === null) followNode(nodeToFollow(), moment.replayId);
  else switchTap(moment.replayId);
  takeMoment(moment);
  if (useBreakpoints.getState().list.length > 0) void sendBreakpoints();
  return true;
}

/** Opens a recording of the disk at its end. Answers whether it worked; the view says why when it did not. */
export async function openRecording(path: string): Promise<boolean> {
  const { recording, isGone } = useRun.getState();
  // The run's own one is known to its engine, and going on from it stays possible.
  const isOfRun = recording?.path === path && !isGone;
  return openView(isOfRun ? { row: null } : { row: null, path });
}

/** One input row forward or back, from where the thumb stands. */
export async function stepReplay(by: 1 | -1): Promise<void> {
  if (useView.getState().moment === null && !(await openView({ row: null }))) return;
  const { moment, wantedRow } = useView.getState();
  assert(moment !== null, 'an opened view stands at a moment');
  const row = (wantedRow ?? moment.row) + by;
  if (row >= 0 && row <= moment.rowCount) goToRow(row);
}

/** Plays on at the chosen speed. From the end the engine begins anew. */
export async function playReplay(): Promise<void> {
  clearHit();
  if (useView.getState().moment === null && !(await openView({ row: 0 }))) return;
  const { moment, speed } = useView.getState();
  const engine = services().engine.current();
  if (moment === null || engine === null) return;
  const { replayId } = moment;
  // Before the answer: a short recording has played to its end by then, and has said so.
  setPlaying(replayId, true);
  const answer = await engine.call('replays.play', { replayId, speed });
  if (answer.ok) return;
  setPlaying(replayId, false);
  failed({ message: answer.error.message, hint: '' });
}

/** Rests where the replay stands. */
export async function pauseReplay(): Promise<void> {
  const { moment } = useView.getState();
  if (moment === null) return;
  await services().engine.current()?.call('replays.pause', { replayId: moment.replayId });
  setPlaying(moment.replayId, false);
}

function setPlaying(replayId: string, isPlaying: boolean): void {
  const { moment } = useView.getState();
  if (moment?.replayId !== replayId || moment.isPlaying === isPlaying) return;
  useView.setState({ moment: { ...moment, isPlaying } });
}

/** Chooses the speed; a replay that plays goes on with it. */
export async function chooseSpeed(speed: ReplaySpeed): Promise<void> {
  useView.setState({ speed });
  const { moment } = useView.getState();
  if (moment?.isPlaying !== true) return;
  await services().engine.current()?.call('replays.play', { replayId: moment.replayId, speed });
}

/** Back to the run itself, as it stands now. */
export function leaveReplay(): void {
  clearHit();
  const { moment } = useView.getState();
  const { runId, live } = useRun.getState();
  if (moment === null) return;
  closeReplay(services().engine.current());
  if (runId === null || live === null) {
    useRun.setState({ nodes: new Map(), rowsRead: 0, elapsedMs: 0, fraction: null });
  } else {
    showFigures(live, 'none');
  }
  switchTap(runId);
  announce(runId === null ? 'The recording is closed.' : 'Back to the run.');
}

/** Puts the replay away, if one is looked at; the view is the run again. */
export function closeReplay(engine: Client<EngineContract> | null): void {
  const { moment } = useView.getState();
  if (moment === null) return;
  void engine?.call('replays.close', { replayId: moment.replayId });
  useView.setState(LIVE);
  useRun.setState((s) => ({ viewId: s.runId }));
}

/** A view that something else has left (another run, another project) is put away too. Called once at start. */
export function watchView(): void {
  useRun.subscribe(({ viewId }) => {
    const { moment } = useView.getState();
    if (moment === null || moment.replayId === viewId) return;
    void services().engine.current()?.call('replays.close', { replayId: moment.replayId });
    useView.setState(LIVE);
  });
}
