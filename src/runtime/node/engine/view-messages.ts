/** Calls about views, as a supervisor reads them: whom they concern, and what their replies open. */
import type { CommandOut } from '../../contract/contract.ts';
import { type EngineContract, engineContract } from '../../contract/engine-contract.ts';
import type { CallMessage, ReplyMessage } from './engine-worker.ts';
import type { KnownLink } from './recordings-on-disk.ts';
import type { ViewMetrics } from './worker-messages.ts';

/** Commands about a view, and the parameter that names it. */
const VIEW_PARAMETERS: Readonly<Record<string, 'runId' | 'replayId'>> = {
  'runs.pause': 'runId',
  'runs.resume': 'runId',
  'runs.step': 'runId',
  'runs.stop': 'runId',
  'runs.metrics': 'runId',
  'breakpoints.set': 'runId',
  'taps.read': 'runId',
  'state.describe': 'runId',
  'state.page': 'runId',
  'replays.seek': 'replayId',
  'replays.step': 'replayId',
  'replays.play': 'replayId',
  'replays.pause': 'replayId',
  'replays.close': 'replayId',
};

/** Commands that only look, so that a recording can answer them. */
export const READING: ReadonlySet<string> = new Set(['runs.metrics', 'taps.read', 'state.describe', 'state.page']);

/** Whether a message is a call of the engine contract; its parameters are checked by whoever answers. */
export function isCall(message: unknown): message is CallMessage {
  const { type, contract, id, command, params } = (message ?? {}) as Partial<Record<string, unknown>>;
  return (
    type === 'call' &&
    contract === engineContract.name &&
    typeof id === 'number' &&
    typeof command === 'string' &&
    typeof params === 'object' &&
    params !== null
  );
}

/** The id of the view that a call is about; null when it is about none. */
export function viewIdOf({ command, params }: CallMessage): string | null {
  const viewId = Object.hasOwn(VIEW_PARAMETERS, command) ? params[VIEW_PARAMETERS[command] ?? ''] : null;
  return typeof viewId === 'string' ? viewId : null;
}

/** The run that a reply to `runs.start` began; null when none did. */
export function startedRunId(reply: ReplyMessage): string | null {
  return (reply.result as Partial<CommandOut<EngineContract, 'runs.start'>> | undefined)?.runId ?? null;
}

/** The replay that a reply to `replays.open` opened, and its recording as it is listed; null when none was. */
export function openedReplay(reply: ReplyMessage): { readonly replayId: string; readonly link: KnownLink } | null {
  const { moment, script } = (reply.result ?? {}) as Partial<CommandOut<EngineContract, 'replays.open'>>;
  if (moment == null) return null;
  const { metrics, rowCount, startMs, replayId } = moment;
  const link = {
    path: metrics.recording?.path ?? '',
    startedAtMs: startMs ?? 0,
    status: metrics.status,
    rowCount,
    sizeBytes: metrics.recording?.sizeBytes ?? 0,
    damage: null,
  };
  return { replayId, link: { link, script: script ?? '' } };
}

/** Figures of a run that told none. */
export function emptyMetrics(runId: string): ViewMetrics {
  return { runId, status: 'failed', elapsedMs: 0, rowsRead: 0, fraction: null, nodes: [], recording: null };
}
