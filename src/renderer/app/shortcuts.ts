/**
 * Binds the keys of the command table to the window. Keys of scope `canvas` do nothing while a text
 * field has the focus, so that Delete deletes letters there; undo in a text field of a form is the
 * window's undo, because the program has one history.
 */
import { tinykeys } from 'tinykeys';
import { COMMANDS, type Command, runCommand } from './commands.ts';

/** Starts to listen; the answer stops it. */
export function bindShortcuts(): () => void {
  const byKey = new Map<string, Command[]>();
  for (const command of COMMANDS) {
    for (const key of command.keys) byKey.set(key, [...(byKey.get(key) ?? []), command]);
  }
  const bindings: Record<string, (event: KeyboardEvent) => void> = {};
  for (const [key, commands] of byKey) {
    bindings[key] = (event) => {
      if (event.defaultPrevented || isModalOpen()) return;
      // Several commands may have a key: the first that can be done now gets it.
      const command = commands.find((c) => c.isEnabled()) ?? commands[0];
      if (command === undefined) return;
      // A key without a modifier is a letter to whoever types.
      const isPlain = command.scope === 'canvas' || (key.length === 1 && !key.startsWith('$mod'));
      if (isPlain && (isTyping(event.target) || isInList(event.target))) return;
      event.preventDefault();
      runCommand(command.id);
    };
  }
  return tinykeys(window, bindings);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input:not([type="range"]), textarea, select, [contenteditable="true"], .monaco-editor') !== null
  );
}

/** Keys in an open menu, a list or a table belong to that, not to the canvas. */
function isInList(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('[role="menu"], [role="listbox"], [role="table"]') !== null;
}

function isModalOpen(): boolean {
  return document.querySelector('[role="dialog"], [role="alertdialog"]') !== null;
}
