/**
 * Opening, creating, saving and leaving projects. Nothing unsaved is left without asking, and a file
 * that changed on the disk meanwhile is never overwritten without asking.
 */
import type * as z from 'zod/mini';
import type { openFailureShape, projectShape } from '../../runtime/contract/workspace-contract.ts';
import { printLayout } from '../../runtime/program/layout-file.ts';
import { askUser } from './confirm.ts';
import { announce, toast } from './notices.ts';
import { closeFile } from './open-file.ts';
import { flushPending } from './pending-edits.ts';
import { changedFilesOf, closeProject, markSaved, openProject, useProject } from './project.ts';
import { forgetRun } from './run.ts';
import { stopRun } from './run-actions.ts';
import { clearSelection } from './selection.ts';
import { services } from './services.ts';
import { useSettings } from './settings.ts';
import { forgetTap } from './tap.ts';

type ProjectAnswer = {
  readonly project: z.infer<typeof projectShape> | null;
  readonly failure: z.infer<typeof openFailureShape> | null;
};

/** Opens a project by path, or lets the user choose one when it is null. */
export async function openPath(path: string | null): Promise<void> {
  if (!(await mayLeave())) return;
  const answer = await services().workspace.call('projects.open', { path });
  if (!answer.ok) {
    toast('bad', 'The project could not be opened.', { hint: answer.error.message });
    return;
  }
  await take(answer.value);
}

/** Opens the work that a killed session left behind. `path` is the one that `projects.list` gave for the draft. */
export async function recoverDraft(path: string): Promise<void> {
  const answer = await services().workspace.call('projects.open', { path });
  if (!answer.ok) {
    toast('bad', 'The unsaved work could not be opened.', { hint: answer.error.message });
    return;
  }
  await take(answer.value, { takeRecovered: true });
}

/** Starts an empty project. */
export async function createProject(): Promise<void> {
  if (!(await mayLeave())) return;
  const answer = await services().workspace.call('projects.create', {});
  if (answer.ok) await take(answer.value);
  else toast('bad', 'A new project could not be made.', { hint: answer.error.message });
}

async function take(answer: ProjectAnswer, options: { takeRecovered?: boolean } = {}): Promise<void> {
  const { project, failure } = answer;
  if (project === null) {
    if (failure !== null && failure.reason !== 'cancelled') await sayWhyNotOpened(failure);
    return;
  }
  let recovered = project.recovered;
  if (recovered !== null && options.takeRecovered !== true) {
    const choice = await askUser({
      title: 'Recover unsaved work?',
      message: `“${project.name}” was changed and not saved when the app ended (${new Date(recovered.savedAtMs).toLocaleString()}).`,
      answers: [
        { id: 'recover', title: 'Recover', tone: 'accent' },
        { id: 'discard', title: 'Discard it', tone: 'bad' },
      ],
    });
    if (choice === null) {
      await holdAgain();
      return;
    }
    if (choice === 'discard') {
      recovered = null;
      await services().workspace.call('drafts.write', {
        path: project.path,
        text: null,
        layoutText: null,
        files: [],
      });
    }
  }
  await stopRun();
  forgetRun();
  forgetTap();
  clearSelection();
  closeFile();
  useSettings.setState({ centreTab: 'canvas' });
  const { path, name, folder, readOnly, trusted, recordingsFolder } = project;
  openProject({ path, name, folder, readOnly, trusted, recordingsFolder }, project, recovered);
  announce(`Opened ${name}.`);
}

/** The main process holds the project that was not taken into the window; it takes the one that is there again. */
async function holdAgain(): Promise<void> {
  const { place } = useProject.getState();
  if (place === null) return;
  if (place.path === null) await services().workspace.call('projects.create', {});
  else await services().workspace.call('projects.open', { path: place.path });
}

/** A file that cannot be opened is said in a dialog: the user asked for it and waits for it. */
async function sayWhyNotOpened(failure: z.infer<typeof openFailureShape>): Promise<void> {
  const choice = await askUser({
    title: failure.message,
    message: failure.hint,
    answers: [{ id: 'other', title: 'Open another…', tone: 'accent' }],
  });
  if (choice === 'other') await openPath(null);
}

/** Saves; asks for a place when there is none or `saveAs` is set. Answers whether it is saved. */
export async function saveProject(options: { saveAs: boolean }): Promise<boolean> {
  await flushPending();
  const { place, text, layout, savedText, savedFiles } = useProject.getState();
  if (place === null) return false;
  const layoutText = printLayout(layout);
  const files = changedFilesOf();
  const params = {
    path: place.path,
    saveAs: options.saveAs || place.readOnly || place.path === null,
    suggestedName: place.name,
    text,
    layoutText,
    files: files.map((file) => ({ ...file, expectedText: savedFiles.get(file.path) ?? null })),
  };
  let answer = await services().workspace.call('projects.save', { ...params, expectedText: savedText });
  if (answer.ok && answer.value.failure?.reason === 'changed-on-disk') {
    const choice = await askUser({
      title: 'The file changed on the disk',
      message: `${answer.value.failure.message} ${answer.value.failure.hint}`,
      answers: [
        { id: 'as', title: 'Save under another name', tone: 'accent' },
        { id: 'overwrite', title: 'Overwrite', tone: 'bad' },
      ],
    });
    if (choice === null) return false;
    answer = await services().workspace.call('projects.save', {
      ...params,
      saveAs: choice === 'as' || params.saveAs,
      expectedText: choice === 'overwrite' ? null : savedText,
    });
  }
  if (!answer.ok) {
    toast('bad', 'The project was not saved.', { hint: answer.error.message });
    return false;
  }
  const { failure, path, name, folder, trusted, recordingsFolder } = answer.value;
  if (failure !== null) {
    if (failure.reason !== 'cancelled') toast('bad', failure.message, { hint: failure.hint });
    return false;
  }
  markSaved({ path, name, folder, readOnly: false, trusted, recordingsFolder }, { text, layoutText, files });
  announce(`Saved ${name}.`);
  return true;
}

/** Goes back to the welcome screen. */
export async function leaveProject(): Promise<void> {
  if (!(await mayLeave())) return;
  await stopRun();
  forgetRun();
  forgetTap();
  clearSelection();
  closeProject();
}

/** Whether the open project may be left: nothing unsaved, or the user decided about it. */
async function mayLeave(): Promise<boolean> {
  await flushPending();
  const { isDirty, place } = useProject.getState();
  if (!isDirty || place === null) return true;
  const choice = await askUser({
    title: `Save the changes to “${place.name}”?`,
    message: 'They are lost otherwise.',
    answers: [
      { id: 'save', title: 'Save', tone: 'accent' },
      { id: 'discard', title: 'Do not save', tone: 'bad' },
    ],
  });
  if (choice === null) return false;
  if (choice === 'save') return saveProject({ saveAs: false });
  await services().workspace.call('drafts.write', { path: place.path, text: null, layoutText: null, files: [] });
  return true;
}
