/**
 * The Debian packages that the window and its tests need, which of them this machine misses, and
 * how to get them. Looks at what is needed (libraries, programs), not at package names, so that
 * other distributions are judged right too.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What is looked for → the Debian package that has it. */
const NEEDS: readonly {
  readonly program?: string;
  readonly library?: string;
  readonly file?: string;
  readonly debian: string;
}[] = [
  { program: 'Xvfb', debian: 'xvfb' },
  { program: 'xauth', debian: 'xauth' },
  { library: 'libnss3.so', debian: 'libnss3' },
  { library: 'libatk-1.0.so.0', debian: 'libatk1.0-0' },
  { library: 'libatk-bridge-2.0.so.0', debian: 'libatk-bridge2.0-0' },
  { library: 'libgtk-3.so.0', debian: 'libgtk-3-0' },
  { library: 'libgbm.so.1', debian: 'libgbm1' },
  { library: 'libasound.so.2', debian: 'libasound2' },
  { library: 'libdrm.so.2', debian: 'libdrm2' },
  { file: '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf', debian: 'fonts-dejavu-core' },
];

/** Packages that only a display without a screen needs. */
const VIRTUAL_DISPLAY_ONLY = ['xvfb', 'xauth', 'fonts-dejavu-core'];

/** Debian packages whose content is missing here; none on other systems than Linux. */
export function missingPackages(options: { readonly withVirtualDisplay: boolean }): string[] {
  if (process.platform !== 'linux') return [];
  const libraries = loaderCache();
  return NEEDS.filter((need) => {
    if (!options.withVirtualDisplay && VIRTUAL_DISPLAY_ONLY.includes(need.debian)) return false;
    if (need.program !== undefined) return !isOnPath(need.program);
    if (need.library !== undefined) return !libraries.includes(need.library);
    return need.file !== undefined && !existsSync(need.file);
  }).map((need) => need.debian);
}

/** Whether a program is on the search path. */
export function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, program)));
}

/** The one command that installs packages on Debian and Ubuntu. */
export function installCommand(packages: readonly string[]): string {
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  return `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${debianNames(packages).join(' ')}`;
}

/** Installs as root on Debian or Ubuntu; false where that is not possible. Progress goes to stderr. */
export function installPackages(packages: readonly string[]): boolean {
  if (packages.length === 0) return true;
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = (args: readonly string[]): boolean =>
    spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0;
  process.stderr.write(`Installing ${debianNames(packages).join(' ')} …\n`);
  return run(['update', '-qq']) && run(['install', '-y', '-qq', '--no-install-recommends', ...debianNames(packages)]);
}

/** Ubuntu 24.04 and Debian 13 renamed some packages when they widened the time type. */
function debianNames(packages: readonly string[]): string[] {
  const renamed = ['libatk1.0-0', 'libatk-bridge2.0-0', 'libgtk-3-0', 'libasound2'];
  return packages.map((name) => (hasWideTime() && renamed.includes(name) ? `${name}t64` : name));
}

function hasWideTime(): boolean {
  try {
    const release = readFileSync('/etc/os-release', 'utf8');
    const id = /^ID=(.*)$/m.exec(release)?.[1] ?? '';
    const version = Number(/^VERSION_ID="?([\d.]+)/m.exec(release)?.[1] ?? '0');
    return (id === 'ubuntu' && version >= 24.04) || (id === 'debian' && version >= 13);
  } catch {
    return false;
  }
}

function loaderCache(): string {
  const program = ['/sbin/ldconfig', '/usr/sbin/ldconfig'].find((path) => existsSync(path));
  return program === undefined ? '' : spawnSync(program, ['-p'], { encoding: 'utf8' }).stdout;
}
