/**
 * Preparing an export in a thread of its own, from both sides: reading the project's data, running or replaying the job
 * for its expected rows, making the files. A thread, so that it can be ended whatever user code does in it, and so that
 * nothing else waits for it.
 */
import { parentPort, Worker, workerData } from 'node:worker_threads';
import type * as z from 'zod/mini';
import { present } from '../../base/assert.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { expectedSourceShape } from '../../contract/export-commands.ts';
import type { ExportFile } from '../../export/export-file.ts';
import type { Finding } from '../../export/findings.ts';
import { closeWaysOut } from '../engine/run-worker.ts';
import { rowsOfRecording, rowsOfRunHere } from './expected-rows.ts';
import { type ExportedProject, prepareBundle } from './project-bundle.ts';

/** What is to be prepared. */
export interface ExportOrder {
  readonly kind: 'export';
  readonly project: ExportedProject;
  readonly expected: z.infer<typeof expectedSourceShape>;
}

/** What came of it. */
export interface ExportAnswer {
  readonly files: readonly ExportFile[];
  readonly differences: readonly Finding[];
  readonly refusals: readonly Finding[];
  readonly diagnostics: readonly Diagnostic[];
  readonly expected: readonly { readonly table: string; readonly rowCount: number }[] | null;
  readonly failure: string | null;
}

/** A thread that prepares. */
export interface ExportThread {
  /** Null: it was ended before. */
  readonly answer: Promise<ExportAnswer | null>;
  end(): void;
}

/** Starts a thread. `entry` is the program's own file, which calls `serveExport` in threads that have such an order. */
export function startExport(
  order: ExportOrder,
  { entry, heapMb }: { readonly entry: URL; readonly heapMb: number },
): ExportThread {
  const worker = new Worker(entry, { workerData: order, resourceLimits: { maxOldGenerationSizeMb: heapMb } });
  const broken = (why: string): ExportAnswer => ({ ...NOTHING, failure: `The export broke down: ${why}` });
  const answer = new Promise<ExportAnswer | null>((settle) => {
    worker.on('message', settle);
    worker.on('error', (error) => settle(broken(error instanceof Error ? error.message : String(error))));
    worker.on('exit', () => settle(null));
  });
  void answer.then(() => worker.terminate());
  return { answer, end: () => void worker.terminate() };
}

const NOTHING: ExportAnswer = {
  files: [],
  differences: [],
  refusals: [],
  diagnostics: [],
  expected: null,
  failure: null,
};

/** The order of this thread; null when it has another task. */
export function exportOrder(): ExportOrder | null {
  const order: unknown = workerData;
  return typeof order === 'object' && order !== null && 'kind' in order && order.kind === 'export'
    ? (order as ExportOrder)
    : null;
}

/** Does what the order says, and answers. */
export function serveExport(order: ExportOrder): void {
  const port = present(parentPort, 'port of a worker thread');
  closeWaysOut();
  void prepare(order).then((answer) => port.postMessage(answer));
}

async function prepare({ project, expected }: ExportOrder): Promise<ExportAnswer> {
  const prepared = await prepareBundle(project);
  if (!prepared.ok) return { ...NOTHING, failure: prepared.error };
  const { first, sinks, diagnostics } = prepared.value;
  const { differences, refusals } = first;
  const said = { ...NOTHING, differences, refusals, diagnostics };
  if (refusals.length > 0) return said;
  if (expected.kind === 'none') return { ...said, files: first.files };
  const { text, folder, compiled } = project;
  const rows =
    expected.kind === 'recording'
      ? await rowsOfRecording(expected.path, text, sinks)
      : await rowsOfRunHere({ script: text, folder, functions: compiled.functions }, sinks);
  if (!rows.ok) {
    const { message } = rows.error;
    return { ...said, failure: message, diagnostics: [...diagnostics, ...rows.error.diagnostics] };
  }
  return {
    ...said,
    files: prepared.value.with(rows.value).files,
    expected: rows.value.map(({ name, rows: own }) => ({ table: name, rowCount: own.length })),
  };
}
