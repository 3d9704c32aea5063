// @vitest-environment jsdom
/** The function library as a user reads it: names, forms, what is not used, what is not declared. */
import { Tooltip } from '@base-ui/react/tooltip';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { useOpenFile } from '../store/open-file.ts';
import { useProject } from '../store/project.ts';
import { useSettings } from '../store/settings.ts';
import { analysed, connectInProcess, openScript } from '../store/test/in-process.ts';
import { FunctionLibrary } from './function-library.tsx';

const RISK = `import { scalar, t } from 'millrace';
export default scalar({ args: { amount: t.double() }, returns: t.double(), eval: ({ amount }) => amount });
`;
const SCRIPT = `CREATE TABLE orders (amount DOUBLE) WITH ('connector' = 'datagen');
CREATE TEMPORARY FUNCTION risk AS 'operators/risk.ts' LANGUAGE TYPESCRIPT;
CREATE TEMPORARY FUNCTION spare AS 'operators/spare.ts' LANGUAGE TYPESCRIPT;
CREATE VIEW v AS SELECT risk(amount) AS r FROM orders;
`;
const FILES = [
  { path: 'operators/risk.ts', text: RISK },
  { path: 'operators/spare.ts', text: RISK },
  { path: 'operators/loose.ts', text: RISK },
  { path: 'operators/helpers.ts', text: 'export const one = 1;\n' },
];

let stop: () => void;
let root: Root | null = null;
beforeAll(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  stop = connectInProcess();
});
afterAll(() => stop());
afterEach(() => act(() => root?.unmount()));

async function show(): Promise<HTMLElement> {
  await openScript(SCRIPT, FILES);
  const host = document.createElement('div');
  document.body.replaceChildren(host);
  root = createRoot(host);
  await act(async () =>
    root?.render(
      <Tooltip.Provider>
        <FunctionLibrary />
      </Tooltip.Provider>,
    ),
  );
  return host;
}

function button(host: HTMLElement, name: string): HTMLButtonElement {
  const found = [...host.querySelectorAll('button')].find(
    (b) => b.getAttribute('aria-label') === name || b.dataset.function === name,
  );
  if (found === undefined) throw new Error(`no button ${name}`);
  return found;
}

it('lists functions and files with what they are', async () => {
  const host = await show();
  const lines = [...host.querySelectorAll('li')].map((line) =>
    [...line.querySelectorAll('span')].map((span) => span.textContent?.trim()).filter((text) => text !== ''),
  );
  expect(lines).toEqual([
    ['risk', 'scalar', expect.stringContaining('risk(amount DOUBLE)')],
    ['spare', 'not used', expect.stringContaining('spare(amount DOUBLE)')],
    ['helpers.ts', 'file'],
    ['loose.ts', 'not declared'],
  ]);
});

it('opens the file of a function', async () => {
  const host = await show();
  act(() => button(host, 'risk').click());
  expect([useOpenFile.getState().path, useSettings.getState().centreTab]).toEqual(['operators/risk.ts', 'file']);
});

it('takes an unused function out of the script, and declares a file that is not in it', async () => {
  const host = await show();
  await act(async () => {
    button(host, 'Remove function spare').click();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await analysed();
  });
  await act(async () => {
    button(host, 'Declare the function in loose.ts').click();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await analysed();
  });
  const { text, files } = useProject.getState();
  expect(text).not.toContain("'operators/spare.ts'");
  expect(files.has('operators/spare.ts')).toBe(false);
  expect(text).toContain("CREATE TEMPORARY FUNCTION loose AS 'operators/loose.ts' LANGUAGE TYPESCRIPT;");
});
