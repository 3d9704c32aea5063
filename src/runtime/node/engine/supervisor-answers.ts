/**
 * What a supervisor answers itself: lists of recordings, checks of functions, plans; and questions about views
 * that no thread shows, so that a window finds an ended run empty and not missing.
 */

import type { Secret } from '../../connections/secrets.ts';
import type { CommandOut, Service } from '../../contract/contract.ts';
import type { EngineContract } from '../../contract/engine-contract.ts';
import { explainScript } from '../../job/inspect-script.ts';
import type { LeavingCommands } from '../cluster/commands-elsewhere.ts';
import { compileScript, declaredFunctions, needsOf } from '../functions/script-functions.ts';
import { connectionAnswers } from './connection-answers.ts';
import type { RecordingsOnDisk } from './recordings-on-disk.ts';
import { type TrustedFolders, untrusted } from './trusted-folders.ts';
import { emptyMetrics } from './view-messages.ts';
import { diagnosticMessage, type ViewMetrics } from './worker-messages.ts';

/** What answers are made from. */
export interface AnswerSources {
  readonly trust: TrustedFolders;
  readonly recordings: RecordingsOnDisk;
  readonly secrets?: () => readonly Secret[];
  /** Whether recordings in a folder may be opened. */
  mayOpen(folder: string): boolean;
  /** Whether there is a run of that id. */
  has(runId: string): boolean;
  /** The handlers of exports and clusters. */
  readonly leaving: LeavingCommands;
  /** The figures that a run told last. */
  lastOf(runId: string): ViewMetrics | null;
}

/** The handlers. */
export function answersHere(cx: AnswerSources): Service<EngineContract> {
  const known = ({ runId }: { readonly runId: string }): void => {
    if (!cx.has(runId)) throw new Error(`There is no run ${runId}.`);
  };
  const over = (params: { readonly runId: string }): Record<string, never> => {
    known(params);
    return {};
  };
  const noReplay = ({ replayId }: { readonly replayId: string }): never => {
    throw new Error(`There is no replay ${replayId}.`);
  };
  const notHere = (): never => {
    throw new Error('A thread answers this.');
  };
  return {
    'runs.start': notHere,
    'replays.open': notHere,
    'runs.pause': over,
    'runs.resume': over,
    'runs.step': over,
    'runs.stop': over,
    'runs.metrics': (params) => {
      known(params);
      return cx.lastOf(params.runId) ?? emptyMetrics(params.runId);
    },
    'breakpoints.set': (params) => {
      known(params);
      return { problems: [] };
    },
    'taps.read': (params) => {
      known(params);
      return { columns: [], rows: [], total: 0, retainedFrom: 0 };
    },
    'state.describe': (params) => {
      known(params);
      return { states: [] };
    },
    'state.page': (params) => {
      known(params);
      return { entries: [], matchCount: 0, entryCount: 0, sizeBytes: 0, isMoving: false };
    },
    'replays.seek': noReplay,
    'replays.step': noReplay,
    'replays.play': noReplay,
    'replays.pause': noReplay,
    // Closing what is closed is no mistake: a window tidies up after a thread has died.
    'replays.close': () => ({}),
    // Opening a database writes into its folder, and a foreign one is foreign input.
    'recordings.list': async ({ folder, script }) => ({
      recordings: cx.mayOpen(folder) ? await cx.recordings.list(folder, script) : [],
    }),
    'recordings.delete': (params) =>
      cx.mayOpen(params.folder)
        ? cx.recordings.delete(params.folder, params)
        : { deletedCount: 0, failure: untrustedFailure(params.folder) },
    ...connectionAnswers(cx),
    ...cx.leaving,
    'functions.check': async ({ script, folder, files }) => {
      if (!cx.trust.has(folder)) return { diagnostics: [diagnosticMessage(untrusted(folder))] };
      const { diagnostics } = await compileScript(needsOf(script), { folder, files });
      return { diagnostics: diagnostics.map(diagnosticMessage) };
    },
    'plans.explain': async ({ script, folder, files = [] }) => {
      const library = await declaredFunctions(needsOf(script), { folder, files });
      const { text, diagnostics } = explainScript(script, library);
      return { text, diagnostics: diagnostics.map(diagnosticMessage) };
    },
  };
}

/** Why nothing of a folder is opened, as the failure of a command. */
export function untrustedFailure(folder: string): NonNullable<CommandOut<EngineContract, 'replays.open'>['failure']> {
  const { message, hint } = untrusted(folder);
  return { message, hint: hint ?? '' };
}

/** Why a replay is not opened. */
export const openFailures = {
  notRecorded: { message: 'This run was not recorded.', hint: 'Switch recording on and run the script again.' },
  notThere: { message: 'There is no such recording.', hint: 'It may have been deleted: refresh the list.' },
  brokeDown: { message: 'The recording could not be opened: its thread broke down.', hint: 'Try again.' },
};
