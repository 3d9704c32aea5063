/**
 * `npm start [-- PATH]`: builds what is out of date and opens the designer on PATH (a script or a
 * project folder; the clickstream sample without one; `-- --welcome` opens the welcome screen).
 * Without a display the sample runs in the terminal instead.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { buildAll, PROJECT_FOLDER } from './build.ts';
import { chooseElectronHere } from './electron-runtime.ts';
import { installCommand, missingPackages } from './system-packages.ts';
import { runSampleInTerminal } from './terminal-sample.ts';

const DEFAULT_SAMPLE = join(PROJECT_FOLDER, 'samples', 'clickstream', 'job.sql');

/** What Chromium says of a machine without a system bus or a graphics card; it goes on without them. */
const CHROMIUM_NOISE =
  /^\[\d+:\d+\/[\d.]+:(ERROR|WARNING):(bus|object_proxy|viz_main_impl|command_buffer_proxy_impl|gpu_\w+|gl_\w+|angle_platform_impl)\.cc/;

process.exitCode = await start(process.argv.slice(2));

async function start(args: readonly string[]): Promise<number> {
  const path = args.find((argument) => !argument.startsWith('-'));
  const script = path === undefined ? DEFAULT_SAMPLE : resolve(process.env.INIT_CWD ?? process.cwd(), path);
  if (!existsSync(script)) {
    process.stderr.write(`There is no ${script}.\n`);
    return 2;
  }
  const hasDisplay =
    process.platform !== 'linux' || Boolean(process.env.DISPLAY) || Boolean(process.env.WAYLAND_DISPLAY);
  if (!hasDisplay) {
    await build(['cli']);
    process.stdout.write(`No display here, so the sample runs in the terminal: ${script}\n`);
    const code = await runSampleInTerminal(join(PROJECT_FOLDER, 'dist', 'cli', 'millrace.cjs'), scriptIn(script));
    process.stdout.write(
      'To see the designer, start this on a desktop, or on a virtual display: xvfb-run -a npm start\n',
    );
    return code;
  }
  await build([]);
  const choice = await chooseElectronHere(PROJECT_FOLDER);
  if (!choice.ok) {
    process.stderr.write(`${choice.error}\n`);
    return 1;
  }
  const missing = missingPackages({ withVirtualDisplay: false });
  if (missing.length > 0) {
    process.stderr.write(
      `The window needs libraries that are missing here. Install them with:\n  ${installCommand(missing)}\n`,
    );
    return 1;
  }
  if (choice.value.notice !== null) process.stderr.write(`${choice.value.notice}\n`);
  return openWindow(choice.value.executable, args.includes('--welcome') ? [] : [script]);
}

async function build(names: readonly string[]): Promise<void> {
  for (const outcome of await buildAll(names)) {
    if (outcome.built) process.stderr.write(`Built ${outcome.name} in ${outcome.elapsedMs} ms.\n`);
  }
}

/** The script of a project folder. */
function scriptIn(path: string): string {
  const inside = join(path, 'job.sql');
  return existsSync(inside) ? inside : path;
}

function openWindow(executable: string, paths: readonly string[]): Promise<number> {
  // Chromium's sandbox refuses to run as root; people do not, containers do.
  const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const env = { ...process.env };
  // With this variable Electron would be plain Node.
  delete env.ELECTRON_RUN_AS_NODE;
  const child = spawn(executable, [...flags, PROJECT_FOLDER, ...paths], { stdio: ['inherit', 'inherit', 'pipe'], env });
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (!CHROMIUM_NOISE.test(line)) process.stderr.write(`${line}\n`);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((settle) => {
    child.on('error', (error) => {
      process.stderr.write(`Electron did not start: ${error.message}\n`);
      settle(1);
    });
    child.on('exit', (code) => settle(code ?? 0));
  });
}
