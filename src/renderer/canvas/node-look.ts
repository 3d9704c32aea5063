/** How kinds of nodes look and are called: icons, names for people, and what the palette offers. */
import {
  ArrowDownToLine,
  Braces,
  ChartNoAxesColumn,
  CodeXml,
  Combine,
  Database,
  Dices,
  FileInput,
  FileOutput,
  Filter,
  Group,
  Layers,
  ListOrdered,
  ListTree,
  type LucideIcon,
  Merge,
  MessagesSquare,
  Parentheses,
  Printer,
  Regex,
  Rows3,
  Rows4,
  SquareCode,
  SquareFunction,
  Table2,
  Timer,
  Trash2,
  Wand2,
} from 'lucide-react';
import type { PaletteKind } from '../../runtime/program/edit.ts';
import type { GraphNode, NodeFamily, NodeKind } from '../../runtime/program/graph.ts';

const KIND_LOOK: Readonly<Record<NodeKind, { readonly icon: LucideIcon; readonly name: string }>> = {
  source: { icon: Database, name: 'Source' },
  sink: { icon: ArrowDownToLine, name: 'Sink' },
  'source-sink': { icon: Table2, name: 'Table' },
  filter: { icon: Filter, name: 'Filter' },
  map: { icon: SquareFunction, name: 'Map' },
  'group-aggregate': { icon: Group, name: 'Aggregate' },
  'window-aggregate': { icon: Timer, name: 'Window' },
  join: { icon: Merge, name: 'Join' },
  'interval-join': { icon: Merge, name: 'Interval join' },
  'temporal-join': { icon: Merge, name: 'Temporal join' },
  'lookup-join': { icon: Merge, name: 'Lookup join' },
  union: { icon: Combine, name: 'Union' },
  'top-n': { icon: ListOrdered, name: 'Top-N' },
  deduplicate: { icon: Layers, name: 'Deduplicate' },
  over: { icon: ChartNoAxesColumn, name: 'Over window' },
  pattern: { icon: Regex, name: 'Pattern' },
  process: { icon: Braces, name: 'TypeScript' },
  values: { icon: Rows3, name: 'Values' },
  sql: { icon: CodeXml, name: 'SQL' },
};

const FAMILY_NAMES: Readonly<Record<NodeFamily, string>> = {
  source: 'source',
  stateless: 'keeps no state',
  stateful: 'keeps state',
  typescript: 'TypeScript',
  sink: 'sink',
  sql: 'SQL',
};

/** Icon and name of a node's kind. */
export function lookOf(node: Pick<GraphNode, 'kind'>): { readonly icon: LucideIcon; readonly name: string } {
  return KIND_LOOK[node.kind];
}

/** The family in words. */
export function familyName(family: NodeFamily): string {
  return FAMILY_NAMES[family];
}

/** One thing that the palette offers. */
export interface PaletteItem {
  readonly kind: PaletteKind;
  readonly title: string;
  readonly note: string;
  readonly icon: LucideIcon;
  readonly family: NodeFamily;
}

/** The palette, in groups. */
export const PALETTE: readonly { readonly title: string; readonly items: readonly PaletteItem[] }[] = [
  {
    title: 'Sources',
    items: [
      { kind: 'source-filesystem', title: 'Files', note: 'JSON, CSV', icon: FileInput, family: 'source' },
      { kind: 'source-kafka', title: 'Kafka', note: 'topics', icon: MessagesSquare, family: 'source' },
      { kind: 'source-datagen', title: 'Generator', note: 'test data', icon: Dices, family: 'source' },
    ],
  },
  {
    title: 'Operators',
    items: [
      { kind: 'filter', title: 'Filter', note: 'WHERE', icon: Filter, family: 'stateless' },
      { kind: 'map', title: 'Map', note: 'SELECT', icon: SquareFunction, family: 'stateless' },
      { kind: 'union', title: 'Union', note: 'UNION ALL', icon: Combine, family: 'stateless' },
      { kind: 'group-aggregate', title: 'Aggregate', note: 'GROUP BY', icon: Group, family: 'stateful' },
      { kind: 'window-aggregate', title: 'Window', note: 'TUMBLE, HOP', icon: Timer, family: 'stateful' },
      { kind: 'join', title: 'Join', note: 'JOIN … ON', icon: Merge, family: 'stateful' },
      { kind: 'sql', title: 'SQL', note: 'any query', icon: SquareCode, family: 'sql' },
    ],
  },
  {
    title: 'TypeScript',
    items: [
      {
        kind: 'typescript-process',
        title: 'Process function',
        note: 'state',
        icon: Braces,
        family: 'typescript',
      },
      { kind: 'typescript-scalar', title: 'Scalar function', note: 'a value', icon: Parentheses, family: 'typescript' },
      { kind: 'typescript-table', title: 'Table function', note: 'rows', icon: ListTree, family: 'typescript' },
    ],
  },
  {
    title: 'Sinks',
    items: [
      { kind: 'sink-print', title: 'Print', note: 'changelog', icon: Printer, family: 'sink' },
      { kind: 'sink-filesystem', title: 'Files', note: 'JSON, CSV', icon: FileOutput, family: 'sink' },
      { kind: 'sink-kafka', title: 'Kafka', note: 'a topic', icon: MessagesSquare, family: 'sink' },
      { kind: 'sink-blackhole', title: 'Blackhole', note: 'drops rows', icon: Trash2, family: 'sink' },
    ],
  },
];

/** Icon of the "tidy up" command; here because lucide is imported in one place of the canvas. */
export const TidyIcon = Wand2;
/** Icon of the rows of a node. */
export const RowsIcon = Rows4;
