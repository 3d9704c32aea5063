// @vitest-environment jsdom
/** The question about trust as a user meets it: what it says, what Enter and Escape do. */
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { type TrustAnswer, useTrustQuestion } from '../store/trust.ts';
import { TrustDialog } from './trust-dialog.tsx';

let root: Root | null = null;
beforeAll(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
});
afterEach(() => act(() => root?.unmount()));

/** Opens the question; what was answered lands in the list. */
async function ask(): Promise<TrustAnswer[]> {
  const host = document.createElement('div');
  document.body.replaceChildren(host);
  root = createRoot(host);
  const answers: TrustAnswer[] = [];
  useTrustQuestion.setState({
    question: { folder: '/home/me/downloads/job', resolve: (answer) => answers.push(answer) },
  });
  await act(async () => root?.render(<TrustDialog />));
  // The focus moves after the next frame.
  await act(async () => new Promise((resolve) => setTimeout(resolve, 50)));
  return answers;
}

it('names the folder, and the safe answer has the focus', async () => {
  const answers = await ask();
  expect(document.body.textContent).toContain('/home/me/downloads/job');
  expect(document.activeElement?.textContent).toBe('Stay restricted');
  act(() => (document.activeElement as HTMLElement).click());
  expect(answers).toEqual([null]);
});

it('trusts the folder or the one above only when that is chosen', async () => {
  const answers = await ask();
  const button = (title: string): HTMLElement | undefined =>
    [...document.querySelectorAll('button')].find((b) => b.textContent === title);
  act(() => button('Trust this folder')?.click());
  act(() => button('Trust all in downloads')?.click());
  expect(answers).toEqual(['folder', 'parent']);
});

it('stays restricted on Escape', async () => {
  const answers = await ask();
  await act(async () => {
    document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
  });
  expect(answers).toEqual([null]);
});
