/**
 * Kinds of change: sets, their text, and the rules that many operators share.
 * Flink: `ModifyKindSet`, `UpdateKind`, `FlinkChangelogModeInferenceProgram`.
 */
import type { ChangelogMode, ModifyKindSet, UpdateKind } from './physical.ts';

/** Inserts only. */
export const INSERT_ONLY: ModifyKindSet = { insert: true, update: false, delete: false };
/** Inserts and updates. */
export const INSERT_UPDATE: ModifyKindSet = { insert: true, update: true, delete: false };
/** All kinds. */
export const ALL_KINDS: ModifyKindSet = { insert: true, update: true, delete: true };

/** Whether there is nothing but inserts. */
export function isInsertOnly(kinds: ModifyKindSet): boolean {
  return !kinds.update && !kinds.delete;
}

/** Kinds of either. */
export function unionKinds(all: readonly ModifyKindSet[]): ModifyKindSet {
  return { insert: true, update: all.some((k) => k.update), delete: all.some((k) => k.delete) };
}

/** -U and +U when there are updates. Flink: `beforeAfterOrNone`. */
export function beforeAfterOrNone(kinds: ModifyKindSet): UpdateKind {
  return kinds.update ? 'before-and-after' : 'none';
}

/** +U alone when there are updates. Flink: `onlyAfterOrNone`. */
export function onlyAfterOrNone(kinds: ModifyKindSet): UpdateKind {
  return kinds.update ? 'only-update-after' : 'none';
}

/** Inputs give what is asked of the output: stateless operators. */
export function passThrough(_: unknown, required: UpdateKind, inputs: readonly ModifyKindSet[]): readonly UpdateKind[] {
  return inputs.map((kinds) => (kinds.update ? required : 'none'));
}

/** Inputs must send -U before every +U: operators that take rows back from their state. */
export function needBefore(_: unknown, _required: UpdateKind, inputs: readonly ModifyKindSet[]): readonly UpdateKind[] {
  return inputs.map(beforeAfterOrNone);
}

/** `[I,UB,UA,D]`, as EXPLAIN shows it. */
export function changelogText(mode: ChangelogMode): string {
  const parts = ['I'];
  if (mode.kinds.update) parts.push(...(mode.updates === 'before-and-after' ? ['UB', 'UA'] : ['UA']));
  if (mode.kinds.delete) parts.push('D');
  return `[${parts.join(',')}]`;
}

/** `update and delete changes`, as the message says what an operator cannot take. */
export function kindsText(kinds: ModifyKindSet): string {
  return [...(kinds.update ? ['update'] : []), ...(kinds.delete ? ['delete'] : [])].join(' and ');
}

/** The badge on the canvas: nothing but inserts, updates by key without -U, or with it. */
export function badgeOf(mode: ChangelogMode): 'append' | 'upsert' | 'retract' {
  if (isInsertOnly(mode.kinds)) return 'append';
  return mode.updates === 'only-update-after' ? 'upsert' : 'retract';
}
