/** `millrace replay`: opens a recording, goes to a row, and shows what was there. */
import * as path from 'node:path';
import type { Result } from '../../base/result.ts';
import { formatValue } from '../../data/format-value.ts';
import { runDiagnostic } from '../../engine/run-diagnostic.ts';
import type { RunningNode } from '../../engine/running-node.ts';
import { jobsOf } from '../../job/replay-script.ts';
import { loadRecording } from '../../recording/load-recording.ts';
import { Replay } from '../../recording/replay.ts';
import { UNWATCHED } from '../engine/call-guard.ts';
import { VmFunctionSandbox } from '../functions/function-sandbox.ts';
import { LevelStore } from '../host/level-store.ts';
import { NodeFiles } from '../host/node-files.ts';
import type { ExitCode, Terminal } from './cli-run.ts';
import { textTable } from './text-table.ts';

/** Entries of a state that are printed; a terminal is no place for more. */
const STATE_ENTRIES_MAX = 1_000;

/** Options of `replay`. */
export interface ReplayOptions {
  /** Row to go to; `null`: the end. */
  readonly to: number | null;
  /** Operator whose state is printed: its name, its number in the plan, or its table or view. */
  readonly state: string | null;
  readonly digest: boolean;
}

/** Replays the recording in `folder`. */
export async function replayRecording(folder: string, options: ReplayOptions, terminal: Terminal): Promise<ExitCode> {
  const store = await LevelStore.open(folder);
  if (!store.ok) return fail(store, terminal);
  try {
    const loaded = await loadRecording(store.value);
    if (!loaded.ok) return fail(loaded, terminal);
    const recording = loaded.value;
    for (const sentence of recording.damage) terminal.error.line(`millrace: ${sentence}`);
    if (recording.manifest.note !== null) terminal.error.line(`millrace: ${recording.manifest.note}`);
    const files = new NodeFiles(path.resolve(folder, recording.header.folder));
    const functionHost = { sandbox: new VmFunctionSandbox(), guard: UNWATCHED };
    const opened = await Replay.open(recording, jobsOf(recording.header, functionHost), files);
    if (!opened.ok) return fail(opened, terminal);
    const replay = opened.value;
    const went = await (options.to === null ? replay.playToEnd() : replay.seek(options.to));
    if (!went.ok) return fail(went, terminal);
    const isWell = options.digest ? printDigests(replay, terminal) : printMoment(replay, options.state, terminal);
    replay.close();
    return isWell && replay.damage.length === 0 ? 0 : 1;
  } finally {
    await store.value.close();
  }
}

/** Prints sums; false when one differs from that of the first run. */
function printDigests(replay: Replay, terminal: Terminal): boolean {
  let isWell = true;
  for (const { statement, first, replayed } of replay.digests()) {
    const isEqual = first === replayed;
    const verdict = first === null ? 'the first run left no digest' : isEqual ? 'equal' : `differs from ${first}`;
    terminal.out.line(`statement ${statement}  ${replayed}  ${verdict}`);
    if (first !== null && !isEqual) isWell = false;
  }
  if (!replay.isAtEnd) terminal.out.line(`row ${replay.row}  ${replay.digest()}`);
  return isWell;
}

function printMoment(replay: Replay, state: string | null, terminal: Terminal): boolean {
  const { dataflow, job, nowMs } = replay;
  const time = nowMs === null ? '' : `, ${new Date(nowMs).toISOString()}`;
  const statement = job === null ? '' : `, statement ${job.statement}`;
  terminal.out.line(`row ${replay.row} of ${replay.rowCount}${replay.isAtEnd ? ' (the end)' : ''}${statement}${time}`);
  if (dataflow === null) return true;
  if (replay.failure !== null) terminal.out.line(`failed: ${runDiagnostic(replay.failure, dataflow).message}`);
  if (state !== null) {
    const nodes = dataflow.nodes.filter((node) => isCalled(node, state));
    for (const node of withNamelessInputs(nodes)) printState(node, terminal);
    if (nodes.length > 0) return true;
    terminal.error.line(
      `millrace: There is no operator ${state}; there are ${dataflow.nodes.map(nameText).join(', ')}.`,
    );
    return false;
  }
  const rows = dataflow.nodes.map((node) => [
    String(node.id),
    node.name,
    String(node.output.rowCount),
    watermarkText(Math.max(node.emittedWatermarkMs, node.currentWatermarkMs())),
  ]);
  for (const line of textTable(['id', 'operator', 'rows', 'watermark'], rows)) terminal.out.line(line);
  return true;
}

/** By its number in the plan, its name, or the table or view that it stands for on the canvas. */
function isCalled(node: RunningNode, text: string): boolean {
  const wanted = text.replaceAll('`', '').toLowerCase();
  if (String(node.id) === wanted || node.name.toLowerCase() === wanted) return true;
  return node.nodeIds.some((nodeId) => nodeId.toLowerCase() === wanted || cardName(nodeId).toLowerCase() === wanted);
}

/** The nodes, and nameless ones that only feed them: the aggregate behind a view is no node that has its name. */
function withNamelessInputs(nodes: readonly RunningNode[]): ReadonlySet<RunningNode> {
  const all = new Set(nodes);
  for (const node of all) {
    if (node.nodeIds.length === 0 && nodes.includes(node)) continue;
    for (const producer of node.producers) if (producer.nodeIds.length === 0) all.add(producer);
  }
  return all;
}

/** The name on the card of a canvas node: what stands behind the colon of its id. */
function cardName(nodeId: string): string {
  return nodeId.slice(nodeId.indexOf(':') + 1);
}

function nameText({ id, name, nodeIds }: RunningNode): string {
  const cards = nodeIds.map(cardName).join(', ');
  return cards === '' ? `${id} ${name}` : `${id} ${name} (${cards})`;
}

function printState(node: RunningNode, terminal: Terminal): void {
  const { operator } = node;
  const states = operator?.describeState() ?? [];
  if (operator === null || states.length === 0) terminal.out.line(`${node.id} ${node.name} keeps no state.`);
  for (const { name, keySchema, valueSchema } of states) {
    const page = operator?.listState(name, { offset: 0, countMax: STATE_ENTRIES_MAX });
    const columns = [...keySchema, ...valueSchema];
    const rows = (page?.entries ?? []).map(({ key, value }) =>
      [...key, ...value].map((each, place) => {
        const type = columns[place]?.type;
        return type === undefined ? String(each) : formatValue(each, type, node.eval.timeZone);
      }),
    );
    terminal.out.line(`${node.id} ${node.name}, ${name}: ${page?.entryCount ?? 0} entries`);
    for (const line of textTable(
      columns.map((column) => column.name),
      rows,
    )) {
      terminal.out.line(line);
    }
  }
}

function watermarkText(timeMs: number): string {
  if (timeMs === Number.POSITIVE_INFINITY) return 'end';
  return timeMs === Number.NEGATIVE_INFINITY ? '' : new Date(timeMs).toISOString();
}

function fail(result: Extract<Result<unknown>, { readonly ok: false }>, terminal: Terminal): ExitCode {
  terminal.error.line(`millrace: ${result.error.message}`);
  return 1;
}
