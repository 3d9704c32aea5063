/** `millrace open`: starts the designer, which is another program, and leaves it alone. */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ExitCode, Terminal } from './cli-run.ts';

/** Opens the designer on a project, or on its welcome screen. */
export async function openDesigner(project: string | undefined, terminal: Terminal): Promise<ExitCode> {
  if (project !== undefined && !fs.existsSync(project)) {
    terminal.error.line(`millrace: there is no ${project}.`);
    return 1;
  }
  const root = checkoutFolder(path.dirname(process.argv[1] ?? '.'));
  if (root === null) {
    terminal.error.line('millrace: the designer is not part of this installation; open it from its own icon.');
    return 1;
  }
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const wanted = project === undefined ? [] : ['--', path.resolve(project)];
  const child = spawn(npm, ['start', '--silent', ...wanted], { cwd: root, stdio: 'inherit' });
  return new Promise((resolve) => {
    child.once('error', (error) => {
      terminal.error.line(`millrace: the designer could not be started: ${error.message}`);
      resolve(1);
    });
    child.once('exit', (code) => resolve(code === 0 ? 0 : 1));
  });
}

/** The folder of the checkout that this bundle was built in. */
function checkoutFolder(from: string): string | null {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    if (fs.existsSync(path.join(folder, 'tools', 'start.ts'))) return folder;
    if (path.dirname(folder) === folder) return null;
  }
}
