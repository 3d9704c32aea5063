/** Keys that must reach the window even while Monaco has the focus: Monaco would swallow them or undo by itself. */
import { runCommand } from '../app/commands.ts';
import { monaco } from './monaco.ts';

/** Gives an editor the window's keys for undo, run and save. */
export function bindWindowKeys(editor: monaco.editor.IStandaloneCodeEditor): void {
  const { KeyMod, KeyCode } = monaco;
  const bind = (keybinding: number, id: string, run: () => void = () => runCommand(id)): void => {
    editor.addAction({ id: `millrace.${id}.${keybinding}`, label: id, keybindings: [keybinding], run });
  };
  // One history for the whole program: Monaco's own undo never sees these keys.
  bind(KeyMod.CtrlCmd | KeyCode.KeyZ, 'edit.undo');
  bind(KeyMod.CtrlCmd | KeyMod.Shift | KeyCode.KeyZ, 'edit.redo');
  bind(KeyMod.CtrlCmd | KeyCode.KeyY, 'edit.redo');
  bind(KeyMod.CtrlCmd | KeyCode.Enter, 'run.start');
  bind(KeyMod.CtrlCmd | KeyCode.KeyS, 'file.save');
  bind(KeyMod.CtrlCmd | KeyCode.KeyK, 'view.palette');
}
