/** What the page cannot do, shown in the real window (reference: Electron's security list). */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CONTENT_SECURITY_POLICY } from '../../src/main/windows/content-security-policy.ts';
import { workspaceContract } from '../../src/runtime/contract/workspace-contract.ts';
import { expect, test } from '../fixtures/designer.ts';

test('the window opens on our own page, with the policy, without Node, and with one small bridge', async ({
  launch,
}) => {
  const { page } = await launch();
  await page.waitForLoadState('domcontentloaded');
  const seen = await page.evaluate(async () => {
    const scope = globalThis as unknown as Record<string, unknown>;
    const response = await fetch('./index.html');
    return {
      address: location.href,
      policy: response.headers.get('content-security-policy'),
      node: ['require', 'process', 'module', 'Buffer', 'global'].filter((name) => name in scope),
      bridge: Object.keys(scope.millrace as object).sort(),
    };
  });
  expect(seen).toEqual({
    address: 'app://millrace/index.html',
    policy: CONTENT_SECURITY_POLICY,
    node: [],
    bridge: ['onMessage', 'pathOfFile', 'send'],
  });
});

test('the page runs no code from strings, no inline script, and loads nothing from elsewhere', async ({ launch }) => {
  const { page, problems } = await launch();
  await page.waitForLoadState('domcontentloaded');
  const seen = await page.evaluate(async () => {
    const scope = globalThis as unknown as { ran: string[] };
    scope.ran = [];
    const violations: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective));
    const attempt = async (work: () => unknown): Promise<void> => {
      try {
        await work();
      } catch {
        // Refused, as it should be.
      }
    };
    // In a task of its own: the debugger lifts the ban for the code that it evaluates itself.
    await new Promise<void>((settle) =>
      setTimeout(() => {
        void attempt(() => new Function('globalThis.ran.push("function")')());
        settle();
      }),
    );
    await attempt(() => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.ran.push("inline")';
      document.head.append(script);
    });
    await attempt(() => {
      const image = document.createElement('img');
      image.setAttribute('onerror', 'globalThis.ran.push("handler")');
      image.src = 'https://example.org/x.png';
      document.body.append(image);
    });
    await attempt(() => fetch('https://example.org/'));
    await attempt(() => {
      const link = document.createElement('a');
      link.href = 'javascript:globalThis.ran.push("link")';
      document.body.append(link);
      link.click();
    });
    await new Promise((go) => setTimeout(go, 300));
    return { ran: scope.ran, violations: [...new Set(violations)].sort() };
  });
  expect(seen.ran).toEqual([]);
  expect(seen.violations).toEqual(expect.arrayContaining(['connect-src', 'img-src', 'script-src-elem']));
  // The refusals above are reported on the console; nothing else may be.
  const others = problems.filter(
    (problem) => !/Content Security Policy|ERR_BLOCKED|Failed to fetch|ERR_|Refused/.test(problem),
  );
  problems.length = 0;
  expect(others).toEqual([]);
});

test('the page cannot navigate, open windows or get permissions, and requests to unlisted files fail', async ({
  launch,
}) => {
  const { app, page, problems } = await launch();
  await page.waitForLoadState('domcontentloaded');
  const seen = await page.evaluate(async () => {
    const opened = window.open('https://example.org/') !== null;
    const statuses: number[] = [];
    for (const path of [
      './renderer-files.json',
      './../main/main.cjs',
      './%2e%2e/package.json',
      './assets/../../main/main.cjs',
    ]) {
      statuses.push((await fetch(path)).status);
    }
    const notification = await Notification.requestPermission();
    const location = await new Promise<string>((settle) =>
      navigator.geolocation.getCurrentPosition(
        () => settle('given'),
        () => settle('denied'),
      ),
    );
    window.location.href = 'https://example.org/';
    return { opened, statuses, notification, location };
  });
  await page.waitForTimeout(300);
  const windowCount = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
  problems.length = 0;
  expect({ ...seen, url: page.url(), windowCount }).toEqual({
    opened: false,
    statuses: [404, 404, 404, 404],
    notification: 'denied',
    location: 'denied',
    url: 'app://millrace/index.html',
    windowCount: 1,
  });
});

test('main answers no message that is not the contract', async ({ launch }) => {
  const { page } = await launch();
  const replies = await page.evaluate(async (version) => {
    const bridge = (
      globalThis as unknown as { millrace: { send(m: unknown): void; onMessage(l: (m: unknown) => void): void } }
    ).millrace;
    const heard: { id: number; code: string }[] = [];
    bridge.onMessage((message) => {
      const reply = message as { type: string; id: number; failure?: { code: string } };
      if (reply.type === 'reply') heard.push({ id: reply.id, code: reply.failure?.code ?? 'answered' });
    });
    const call = (id: number, over: object): void =>
      bridge.send({ type: 'call', contract: 'workspace', version, id, command: 'app.info', params: {}, ...over });
    bridge.send('noise');
    bridge.send({ type: 'call', contract: 'engine', version, id: 900, command: 'runs.start', params: {} });
    call(901, { command: '__proto__' });
    call(902, { params: { path: '/etc/passwd' } });
    call(903, { version: 99 });
    call(904, { command: 'projects.save', params: { path: 1 } });
    call(905, {});
    await new Promise((go) => setTimeout(go, 500));
    return heard.filter((reply) => reply.id >= 900).sort((a, b) => a.id - b.id);
  }, workspaceContract.version);
  expect(replies).toEqual([
    { id: 901, code: 'transport/unknown-command' },
    { id: 902, code: 'transport/invalid-params' },
    { id: 903, code: 'transport/version' },
    { id: 904, code: 'transport/invalid-params' },
    { id: 905, code: 'answered' },
  ]);
});

test('the page writes no file that was not opened in it or chosen in a dialog', async ({ launch, folder }) => {
  const { app, page } = await launch();
  await expect(page.getByRole('button', { name: 'New project' })).toBeVisible();
  await app.evaluate(({ dialog }) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: true, filePath: '' });
  });
  const path = join(folder, 'planted.sql');
  const reply = await page.evaluate(
    ([version, target]) => {
      const bridge = (
        globalThis as unknown as { millrace: { send(m: unknown): void; onMessage(l: (m: unknown) => void): void } }
      ).millrace;
      return new Promise((settle) => {
        bridge.onMessage((message) => {
          const { type, id, result } = message as { type: string; id: number; result?: unknown };
          if (type === 'reply' && id === 900) settle(result);
        });
        const project = { suggestedName: 'planted', text: 'SELECT 1;', layoutText: '', expectedText: null, files: [] };
        const params = { ...project, path: target, saveAs: false };
        bridge.send({ type: 'call', contract: 'workspace', version, id: 900, command: 'projects.save', params });
      });
    },
    [workspaceContract.version, path] as const,
  );
  expect({ reply, isWritten: existsSync(path) }).toMatchObject({
    reply: { failure: { reason: 'cancelled' } },
    isWritten: false,
  });
});
