/**
 * Trust in the folder of the project (VS Code's model): until the user gives it, everything can be looked
 * at and edited, and nothing runs: no function, no connector. The main process keeps the answer.
 */
import { create } from 'zustand';
import { announce, toast } from './notices.ts';
import { markTrusted, useProject } from './project.ts';
import { services } from './services.ts';

/** Code of the engine's refusal to run what is not trusted. */
export const UNTRUSTED = 'run/untrusted';

/** What the user can answer. */
export type TrustAnswer = 'folder' | 'parent' | null;

/** The open question; `resolve` ends it. */
export const useTrustQuestion = create<{
  readonly question: { readonly folder: string; readonly resolve: (answer: TrustAnswer) => void } | null;
}>(() => ({ question: null }));

/** Asks the user whether the project's folder is trusted. Answers whether it is in the end. */
export async function askForTrust(): Promise<boolean> {
  const { place } = useProject.getState();
  if (place === null) return false;
  if (place.trusted) return true;
  useTrustQuestion.getState().question?.resolve(null);
  const answer = await new Promise<TrustAnswer>((resolve) => {
    useTrustQuestion.setState({
      question: {
        folder: place.folder,
        resolve: (given) => {
          useTrustQuestion.setState({ question: null });
          resolve(given);
        },
      },
    });
  });
  if (answer === null || useProject.getState().place?.folder !== place.folder) return false;
  return grantTrust(answer);
}

/** Trusts the folder of the project, or the one above it with all projects in it. */
async function grantTrust(scope: 'folder' | 'parent'): Promise<boolean> {
  const { place } = useProject.getState();
  if (place === null) return false;
  const { folder } = place;
  const answer = await services().workspace.call('trust.grant', { folder, scope });
  if (!answer.ok) {
    toast('bad', 'The folder could not be trusted.', { hint: answer.error.message });
    return false;
  }
  markTrusted(folder, answer.value.trusted);
  if (answer.value.trusted) announce('The folder is trusted. The project can run.');
  else
    toast('bad', 'The folder could not be trusted.', {
      hint: 'A whole disk and the home folder are never trusted. Put the project into a folder of its own, and trust that.',
    });
  return answer.value.trusted;
}

/** Takes the trust back. What runs now goes on; nothing new starts. */
export async function revokeTrust(): Promise<void> {
  const { place } = useProject.getState();
  if (place === null) return;
  const { folder } = place;
  const answer = await services().workspace.call('trust.revoke', { folder });
  if (!answer.ok) {
    toast('bad', 'The trust could not be taken back.', { hint: answer.error.message });
    return;
  }
  markTrusted(folder, answer.value.trusted);
  announce('The folder is not trusted any more. Nothing runs until you trust it.');
}

/** The folder above a folder, as it is written; null for the top. */
export function parentFolder(folder: string): string | null {
  const cut = Math.max(folder.lastIndexOf('/'), folder.lastIndexOf('\\'));
  return cut <= 0 ? null : folder.slice(0, cut);
}
