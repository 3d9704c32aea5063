/**
 * The form as the user sees it while typing: a draft that is turned into an edit after a pause. The
 * text has the last word: when the node changes by other means (SQL, undo), the draft follows it.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Diagnostic } from '../../runtime/base/diagnostic.ts';
import type { GraphNode, NodeForm } from '../../runtime/program/graph.ts';
import { requestEdit } from '../store/actions.ts';
import { registerPending } from '../store/pending-edits.ts';
import { useProject } from '../store/project.ts';
import { withoutUnfinishedRows } from './unfinished-rows.ts';

/** A pause in typing this long makes the edit. */
const PAUSE_MS = 350;
const ORIGIN = 'form';

/** A form being edited. */
export interface FormDraft<F extends NodeForm> {
  readonly form: F;
  /** Changes the draft; it becomes an edit after a pause. `field` names what was touched, for the error. */
  change(next: F, field: string): void;
  /** Makes the edit now (Enter, leaving a field). */
  commit(): void;
  /** Why the last edit was refused, and beside which field to say so. */
  readonly refusal: { readonly field: string; readonly diagnostic: Diagnostic } | null;
}

/** Edits the form of a node. */
export function useFormDraft<F extends NodeForm>(node: GraphNode, saved: F): FormDraft<F> {
  const [form, setForm] = useState(saved);
  const [refusal, setRefusal] = useState<FormDraft<F>['refusal']>(null);
  const latest = useRef({ node, form: saved, saved, field: '', isWaiting: false });
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const unregister = useRef<(() => void) | null>(null);
  latest.current.node = node;
  latest.current.saved = saved;

  const send = useCallback(async (): Promise<void> => {
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = null;
    unregister.current?.();
    unregister.current = null;
    const { current } = latest;
    if (!current.isWaiting) return;
    current.isWaiting = false;
    const { field } = current;
    const form = withoutUnfinishedRows(current.form, current.saved);
    const outcome = await requestEdit(
      { kind: 'set-form', node: current.node.id, form },
      { quiet: true, group: `form:${current.node.statement}:${field}`, origin: ORIGIN },
    );
    setRefusal(outcome.ok ? null : { field, diagnostic: outcome.diagnostic });
  }, []);

  const savedText = JSON.stringify(saved);
  // biome-ignore lint/correctness/useExhaustiveDependencies: forms are compared by content; each analysis makes new objects.
  useEffect(() => {
    const isOwn = useProject.getState().lastChange?.origin === ORIGIN;
    if (latest.current.isWaiting || (isOwn && isFocusInForm())) return;
    latest.current.form = saved;
    setForm(saved);
    setRefusal(null);
  }, [savedText]);

  // A form that goes away (another node is selected) must not lose what was typed.
  useEffect(() => () => void send(), [send]);

  return {
    form,
    refusal,
    change(next, field) {
      latest.current.form = next;
      latest.current.field = field;
      latest.current.isWaiting = true;
      setForm(next);
      if (timer.current !== null) clearTimeout(timer.current);
      timer.current = setTimeout(() => void send(), PAUSE_MS);
      unregister.current ??= registerPending(send);
    },
    commit: () => void send(),
  };
}

function isFocusInForm(): boolean {
  return document.activeElement?.closest('[data-node-form]') != null;
}
