/**
 * Keeps unsaved work safe from a crash: at most a second after a change the whole text, the layout and
 * the changed TypeScript files are in the draft journal of the main process. Also tells the main process the title and the dirty mark.
 */
import { printLayout } from '../../runtime/program/layout-file.ts';
import { toast } from './notices.ts';
import { changedFilesOf, type ProjectFileChange, useProject } from './project.ts';
import { services } from './services.ts';

/** Delay from a change to its draft. The promise to the user is one second in total. */
const DRAFT_DELAY_MS = 500;

/** Starts to keep drafts; the answer stops it. */
export function startAutosave(): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let hasDraft = false;
  let isFailing = false;

  /** Work that is not safe must not look safe: the first failure is said, and then not again until it works. */
  const send = async (
    path: string | null,
    text: string | null,
    layoutText: string | null,
    files: ProjectFileChange[],
  ): Promise<void> => {
    const answer = await services().workspace.call('drafts.write', { path, text, layoutText, files });
    if (!answer.ok && !isFailing) {
      toast('bad', 'Your unsaved work is not kept safe.', { hint: `${answer.error.message} Save it yourself.` });
    }
    isFailing = !answer.ok;
  };

  const write = (): void => {
    timer = null;
    const { place, text, layout, isDirty } = useProject.getState();
    if (place === null) return;
    if (isDirty) {
      hasDraft = true;
      void send(place.path, text, printLayout(layout), changedFilesOf());
    } else if (hasDraft) {
      hasDraft = false;
      void send(place.path, null, null, []);
    }
  };

  const stop = useProject.subscribe((state, before) => {
    if (state.place === null || before.place === null || state.place.path !== before.place.path) {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      hasDraft = false;
    }
    // Saving has cleared the draft; what was typed meanwhile needs a new one.
    const isSaved =
      state.savedText !== before.savedText ||
      state.savedLayoutText !== before.savedLayoutText ||
      state.savedFiles !== before.savedFiles;
    const isChanged = state.text !== before.text || state.layout !== before.layout || state.files !== before.files;
    if (state.place !== null && (isChanged || (isSaved && state.isDirty))) {
      // Not restarted by further changes: continuous typing must not put the draft off.
      if (timer === null) timer = setTimeout(write, DRAFT_DELAY_MS);
    }
    if (state.isDirty !== before.isDirty || state.place?.name !== before.place?.name) tellWindow();
  });
  tellWindow();
  return () => {
    stop();
    if (timer !== null) clearTimeout(timer);
  };
}

function tellWindow(): void {
  const { place, isDirty } = useProject.getState();
  // The main process adds the app's name and the mark of unsaved work in the system's own way.
  const title = place?.name ?? '';
  void services().workspace.call('window.set-state', { title, dirty: isDirty });
}
