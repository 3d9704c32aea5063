/**
 * `job.layout.json` as text. Reading never throws and never loses a script over a bad layout: what
 * cannot be read is reported and left out, what a newer version wrote is kept. Writing sorts keys and
 * rounds to integers, so that moving one node is a diff of one line.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { EMPTY_LAYOUT, type Layout, type LayoutPatch, type Note, type Point } from './layout.ts';

/** Largest layout file read, in UTF-16 units: about 50,000 nodes. Beyond it something else is in the file. */
const LAYOUT_LENGTH_MAX = 4_000_000;

/** Farthest coordinate kept, in pixels: beyond it a canvas loses precision. */
const COORDINATE_MAX = 1_000_000;

/** Grid of all positions in pixels. */
export const GRID_PX = 4;

/** What reading a layout gives: always a layout, maybe with complaints. */
export interface ParsedLayout {
  readonly layout: Layout;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a layout file. An empty text is the layout of a script that never had one. */
export function parseLayout(text: string): ParsedLayout {
  if (text.trim() === '') return { layout: EMPTY_LAYOUT, diagnostics: [] };
  if (text.length > LAYOUT_LENGTH_MAX)
    return failed(`The layout file has ${text.length} characters, more than ${LAYOUT_LENGTH_MAX}.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return failed(`The layout file is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isObject(value)) return failed('The layout file must hold a JSON object.');
  const diagnostics: Diagnostic[] = [];
  const { version, nodes, notes, ...extra } = value;
  if (version !== 1) {
    diagnostics.push(
      warning(
        'layout/other-version',
        `The layout file has version ${JSON.stringify(version) ?? 'none'}; this is version 1.`,
        'What this version does not know is kept as it is.',
      ),
    );
  }
  return {
    layout: {
      version: 1,
      nodes: readNodes(nodes, diagnostics),
      notes: readNotes(notes, diagnostics),
      extra: safeEntries(extra),
    },
    diagnostics,
  };
}

/** Prints a layout: sorted keys, two spaces, integers, a newline at the end. */
export function printLayout(layout: Layout): string {
  const nodes = Object.fromEntries(Object.entries(layout.nodes).map(([id, point]) => [id, rounded(point)]));
  const notes = [...layout.notes].sort((a, b) => compare(a.id, b.id));
  return `${JSON.stringify(sorted({ ...layout.extra, version: layout.version, nodes, notes }), null, 2)}\n`;
}

/** Applies a patch: first carries positions over to new ids, then sets and removes, then replaces the notes. */
export function applyLayoutPatch(layout: Layout, patch: LayoutPatch): Layout {
  const nodes = new Map(Object.entries(layout.nodes));
  const carried = Object.entries(patch.rename ?? {}).map(([from, to]) => ({ from, to, point: nodes.get(from) }));
  for (const { from } of carried) nodes.delete(from);
  for (const { to, point } of carried) if (point) nodes.set(to, point);
  for (const [id, point] of Object.entries(patch.nodes ?? {})) {
    if (id === '__proto__') continue;
    if (point === null) nodes.delete(id);
    else nodes.set(id, { ...nodes.get(id), ...point });
  }
  return { ...layout, nodes: Object.fromEntries(nodes), notes: patch.notes ?? layout.notes };
}

/** The patch that turns `before` into `after`; its inverse is `diffLayout(after, before)`. */
export function diffLayout(before: Layout, after: Layout): LayoutPatch {
  const nodes: [string, Point | null][] = [];
  for (const [id, point] of Object.entries(after.nodes)) {
    const old = Object.hasOwn(before.nodes, id) ? before.nodes[id] : undefined;
    if (old !== point && (old?.x !== point.x || old.y !== point.y)) nodes.push([id, point]);
  }
  for (const id of Object.keys(before.nodes)) if (!Object.hasOwn(after.nodes, id)) nodes.push([id, null]);
  const notes = before.notes !== after.notes && JSON.stringify(before.notes) !== JSON.stringify(after.notes);
  return {
    ...(nodes.length > 0 ? { nodes: Object.fromEntries(nodes) } : {}),
    ...(notes ? { notes: after.notes } : {}),
  };
}

/** The nearest point of the grid. */
export function snap(point: Point): Point {
  return { x: Math.round(point.x / GRID_PX) * GRID_PX + 0, y: Math.round(point.y / GRID_PX) * GRID_PX + 0 };
}

function readNodes(value: unknown, diagnostics: Diagnostic[]): Readonly<Record<string, Point>> {
  if (value === undefined) return {};
  if (!isObject(value)) {
    diagnostics.push(warning('layout/bad-nodes', '"nodes" of the layout file must be an object of positions.'));
    return {};
  }
  const entries: [string, Point][] = [];
  for (const [id, point] of Object.entries(value)) {
    if (id === '__proto__') continue;
    if (isObject(point) && isCoordinate(point.x) && isCoordinate(point.y)) {
      entries.push([id, { ...safeEntries(point), x: Math.round(point.x), y: Math.round(point.y) }]);
    } else
      diagnostics.push(
        warning(
          'layout/bad-position',
          `The position of ${JSON.stringify(id)} in the layout file must be {"x": number, "y": number}.`,
        ),
      );
  }
  return Object.fromEntries(entries);
}

function readNotes(value: unknown, diagnostics: Diagnostic[]): readonly Note[] {
  if (value === undefined) return [];
  const notes: Note[] = [];
  for (const note of Array.isArray(value) ? value : [value]) {
    const at = isObject(note) ? note.at : undefined;
    if (
      isObject(note) &&
      isObject(at) &&
      typeof note.id === 'string' &&
      typeof note.text === 'string' &&
      [at.x, at.y, note.width, note.height].every(isCoordinate)
    ) {
      notes.push({
        ...safeEntries(note),
        id: note.id,
        at: { x: Math.round(Number(at.x)), y: Math.round(Number(at.y)) },
        width: Math.round(Number(note.width)),
        height: Math.round(Number(note.height)),
        text: note.text,
      });
    } else
      diagnostics.push(warning('layout/bad-note', 'A note of the layout file lacks id, at, width, height or text.'));
  }
  return notes;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCoordinate(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= COORDINATE_MAX;
}

/** A copy without `__proto__`: assigned later by careless code it would change every object. */
function safeEntries(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== '__proto__'));
}

function rounded(point: Point): Point {
  return { ...point, x: Math.round(point.x) + 0, y: Math.round(point.y) + 0 };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => compare(a, b))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function failed(message: string): ParsedLayout {
  return {
    layout: EMPTY_LAYOUT,
    diagnostics: [
      warning('layout/unreadable', message, 'The graph is laid out automatically; saving writes a new layout file.'),
    ],
  };
}

function warning(code: string, message: string, hint?: string): Diagnostic {
  return { code, phase: 'parse', severity: 'warning', message, ...(hint === undefined ? {} : { hint }) };
}
