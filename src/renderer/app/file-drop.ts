/** A file that is dropped on the window is opened as a project; what cannot be read as one is said by opening it. */
import { pathOfFile } from '../client/workspace-client.ts';
import { openPath } from '../store/files.ts';

/** Set on the page's root while a file is held over the window. */
const MARK = 'data-file-drop';

/** Starts to take files. Called once. */
export function bindFileDrop(): void {
  const root = document.documentElement;
  window.addEventListener('dragover', (event) => {
    if (!holdsFile(event)) return;
    event.preventDefault();
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy';
    root.setAttribute(MARK, '');
  });
  window.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) root.removeAttribute(MARK);
  });
  // Capturing: an editor under the pointer would paste the path into its text.
  window.addEventListener(
    'drop',
    (event) => {
      root.removeAttribute(MARK);
      if (!holdsFile(event)) return;
      event.preventDefault();
      event.stopPropagation();
      const file = event.dataTransfer?.files[0];
      const path = file === undefined ? null : pathOfFile(file);
      if (path !== null) void openPath(path);
    },
    { capture: true },
  );
}

function holdsFile(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') === true;
}
