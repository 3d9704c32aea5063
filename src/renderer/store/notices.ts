/**
 * What the window says to the user outside its panels: toasts (seen) and announcements (heard, through
 * one live region). A toast is always announced too, so there is one way to say something.
 */
import { create } from 'zustand';

/** A toast. `action` is its one button. */
export interface Toast {
  readonly id: number;
  readonly tone: 'info' | 'good' | 'bad';
  readonly message: string;
  readonly hint: string;
  readonly action: { readonly title: string; readonly run: () => void } | null;
}

interface NoticesState {
  readonly toasts: readonly Toast[];
  /** Text of the live region; `serial` makes a repeated text a new announcement. */
  readonly announcement: { readonly serial: number; readonly text: string };
}

/** More than this many at once would hide the canvas; older ones go first. */
const TOAST_COUNT_MAX = 3;

/** The notices of the window. */
export const useNotices = create<NoticesState>(() => ({ toasts: [], announcement: { serial: 0, text: '' } }));

let nextId = 1;

/** Shows a toast and announces it; answers its id. */
export function toast(
  tone: Toast['tone'],
  message: string,
  options: { hint?: string; action?: Toast['action'] } = {},
): number {
  const id = nextId;
  nextId += 1;
  const item: Toast = { id, tone, message, hint: options.hint ?? '', action: options.action ?? null };
  useNotices.setState((s) => ({ toasts: [...s.toasts, item].slice(-TOAST_COUNT_MAX) }));
  announce(item.hint === '' ? message : `${message} ${item.hint}`);
  return id;
}

/** Takes a toast away. */
export function dismissToast(id: number): void {
  useNotices.setState((s) => ({ toasts: s.toasts.filter((t) => t.id !== id) }));
}

/** Says a sentence to screen readers. */
export function announce(text: string): void {
  useNotices.setState((s) => ({ announcement: { serial: s.announcement.serial + 1, text } }));
}
