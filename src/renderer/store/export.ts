/**
 * The export to Flink as the dialog shows it: prepared by the engine whenever the choices change, looked at file by
 * file, written where the user says. The bundle that was prepared stays until the dialog closes.
 */
import { create } from 'zustand';
import type { CommandIn, CommandOut } from '../../runtime/contract/contract.ts';
import type { EngineContract } from '../../runtime/contract/engine-contract.ts';
import { NOTHING_PREPARED, type PreparedExport } from '../../runtime/contract/export-commands.ts';
import { plural } from '../ui/format.ts';
import { connectEngine } from './connect-engine.ts';
import { announce } from './notices.ts';
import { flushPending } from './pending-edits.ts';
import { filesOf, useProject } from './project.ts';
import { useRun } from './run.ts';
import { services } from './services.ts';
import { useSettings } from './settings.ts';
import { askForTrust } from './trust.ts';

/** Where the expected rows come from. */
export type ExpectedSource = CommandIn<EngineContract, 'exports.prepare'>['expected'];
/** A file as it is shown. */
export type ShownFile = CommandOut<EngineContract, 'exports.file'>;

interface ExportState {
  readonly status: 'idle' | 'preparing' | 'ready' | 'writing';
  readonly expected: ExpectedSource;
  readonly prepared: PreparedExport | null;
  /** Path of the file that is shown. */
  readonly path: string | null;
  readonly shown: ShownFile | null;
  /** Where it was written last; null while it was not. */
  readonly written: { readonly folder: string; readonly fileCount: number } | null;
  /** Why it was not written, and where not. */
  readonly refused: { readonly folder: string; readonly message: string; readonly canForce: boolean } | null;
}

const NOTHING = {
  status: 'idle',
  expected: { kind: 'none' },
  prepared: null,
  path: null,
  shown: null,
  written: null,
  refused: null,
} as const;

/** The export. */
export const useExport = create<ExportState>(() => NOTHING);

/** The recording of the run in the window, when its rows can be expected: it came to its end with this very text. */
export function usableRecording(): string | null {
  const { status, script, recording, isGone } = useRun.getState();
  const isFitting = status === 'finished' && !isGone && recording !== null && recording.note === null;
  return isFitting && script === useProject.getState().text ? recording.path : null;
}

/** Opens the dialog and prepares a bundle, with the rows of the last run when there are some. */
export async function openExport(): Promise<void> {
  // Compiling functions runs code; asked here, the user can answer.
  if (!(await askForTrust())) return;
  await flushPending();
  const path = usableRecording();
  useExport.setState({ ...NOTHING, expected: path === null ? { kind: 'none' } : { kind: 'recording', path } });
  useSettings.setState({ exportOpen: true });
  await prepareExport();
}

/** Closes the dialog and forgets the bundle. What is being prepared is ended. */
export function closeExport(): void {
  void services().engine.current()?.call('exports.close', {});
  useSettings.setState({ exportOpen: false });
  useExport.setState(NOTHING);
}

/** Chooses other expected rows. */
export async function chooseExpected(expected: ExpectedSource): Promise<void> {
  useExport.setState({ expected });
  await prepareExport();
}

/** Ends what is being prepared; without expected rows it takes no time. */
export async function cancelPreparing(): Promise<void> {
  await services().engine.current()?.call('exports.close', {});
  await chooseExpected({ kind: 'none' });
}

let serial = 0;

async function prepareExport(): Promise<void> {
  const { place, text } = useProject.getState();
  if (place === null) return;
  serial += 1;
  const own = serial;
  const isCurrent = (): boolean => own === serial && useSettings.getState().exportOpen;
  useExport.setState({ status: 'preparing', prepared: null, shown: null, refused: null });
  const engine = await connectEngine();
  if (!isCurrent()) return;
  const answer =
    engine === null
      ? null
      : await engine.call('exports.prepare', {
          script: text,
          folder: place.folder,
          name: place.name,
          files: filesOf(),
          expected: useExport.getState().expected,
        });
  if (!isCurrent()) return;
  const failure = answer === null ? 'The engine is not there.' : answer.ok ? null : answer.error.message;
  const prepared = answer?.ok === true ? answer.value : { ...NOTHING_PREPARED, failure };
  if (prepared.isCancelled) return;
  useExport.setState({ status: 'ready', prepared });
  announce(spokenOf(prepared));
  const { path } = useExport.getState();
  const files = prepared.files.map((file) => file.path);
  await showExportFile(path !== null && files.includes(path) ? path : (files.find(isFirstShown) ?? null));
}

/** What the user most likely wants to see first: what became of the program. */
function isFirstShown(path: string): boolean {
  return path === 'sql/job.sql';
}

function spokenOf({ files, findings, failure }: PreparedExport): string {
  if (failure !== null) return `The export is not possible. ${failure}`;
  const refusals = findings.filter(({ isRefusal }) => isRefusal);
  if (refusals.length > 0) return `The job cannot run on Flink. ${refusals[0]?.message ?? ''}`;
  return `${plural(files.length, 'file')} ready. ${plural(findings.length, 'difference')} on Flink.`;
}

/** Shows a file of the bundle. */
export async function showExportFile(path: string | null): Promise<void> {
  useExport.setState({ path, shown: null });
  const exportId = useExport.getState().prepared?.exportId ?? null;
  const engine = services().engine.current();
  if (path === null || exportId === null || engine === null) return;
  const answer = await engine.call('exports.file', { exportId, path });
  const now = useExport.getState();
  if (now.path !== path || now.prepared?.exportId !== exportId) return;
  useExport.setState({ shown: answer.ok ? answer.value : { text: answer.error.message, isCut: false } });
}

/** Asks for a folder and writes the bundle there. */
export async function writeExport(): Promise<void> {
  const answer = await services().workspace.call('exports.choose-folder', {});
  if (answer.ok && answer.value.folder !== null) await writeInto(answer.value.folder, false);
}

/** Writes over what is there, where it was refused for that. */
export async function forceExport(): Promise<void> {
  const { refused } = useExport.getState();
  if (refused?.canForce === true) await writeInto(refused.folder, true);
}

async function writeInto(folder: string, isForced: boolean): Promise<void> {
  const exportId = useExport.getState().prepared?.exportId ?? null;
  const engine = services().engine.current();
  if (exportId === null || engine === null) return;
  useExport.setState({ status: 'writing', refused: null, written: null });
  const answer = await engine.call('exports.write', { exportId, folder, isForced });
  if (useExport.getState().prepared?.exportId !== exportId) return;
  const failure = answer.ok ? answer.value.failure : { message: answer.error.message, canForce: false };
  if (failure !== null) {
    useExport.setState({ status: 'ready', refused: { folder, ...failure } });
    announce(`Nothing was written. ${failure.message}`);
    return;
  }
  const fileCount = answer.ok ? answer.value.fileCount : 0;
  useExport.setState({ status: 'ready', written: { folder, fileCount } });
  lastExportFolder = folder;
  announce(`${plural(fileCount, 'file')} written into ${folder}.`);
}

let lastExportFolder = '';

/** Where this session exported to last; empty: nowhere yet. */
export function exportedFolder(): string {
  return lastExportFolder;
}

/** Shows the written bundle in the system's file manager. */
export async function revealExport(): Promise<void> {
  const { written } = useExport.getState();
  if (written !== null) await services().workspace.call('exports.reveal', { folder: written.folder });
}
