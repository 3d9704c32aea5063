/**
 * What others do to the TypeScript files on the disk: a file that the window has not changed follows at
 * once (as a step that can be undone), for one that it has changed the user decides.
 */
import { askUser } from './confirm.ts';
import { announce } from './notices.ts';
import { applyEdit, markFileOnDisk, useProject } from './project.ts';
import { services } from './services.ts';

/** Starts to follow. Called once at start. */
export function followOperatorFiles(): void {
  services().workspace.on('operators.changed', ({ folder, path, text }) => {
    // A project that is about to be opened is watched already; it will be shown as it is then.
    if (folder === useProject.getState().place?.folder) void fileChangedOnDisk(path, text);
  });
}

/** Takes in what a file holds on the disk now; null: it is gone. */
export async function fileChangedOnDisk(path: string, text: string | null): Promise<void> {
  const { place, files, savedFiles } = useProject.getState();
  if (place === null) return;
  const mine = files.get(path) ?? null;
  const isChanged = mine !== (savedFiles.get(path) ?? null);
  markFileOnDisk(path, text);
  if (mine === text) return;
  if (!isChanged) {
    take(path, text);
    return;
  }
  const choice = await askUser({
    title: text === null ? `${path} was deleted` : `${path} changed on the disk`,
    message:
      text === null
        ? 'Another program deleted this file, and you have changes in it that are not saved. Saving writes it again.'
        : mine === null
          ? 'Another program changed this file, which you have taken out of the project. Saving deletes it.'
          : 'Another program changed this file, and you have changes in it that are not saved. Saving yours overwrites it.',
    answers: [
      { id: 'mine', title: 'Keep mine', tone: 'accent' },
      { id: 'disk', title: text === null ? 'Delete it here too' : 'Use the one on the disk', tone: 'bad' },
    ],
  });
  // Another project may have been opened meanwhile.
  if (choice === 'disk' && useProject.getState().place?.folder === place.folder) take(path, text);
}

function take(path: string, text: string | null): void {
  applyEdit({ edits: [], layout: {}, files: [{ path, text }], label: `Change of ${path} on the disk` });
  announce(text === null ? `${path} was deleted on the disk.` : `${path} was read again from the disk.`);
}
