/** Which file or folder the command line asks to open. Pure, because three different starts ask. */
import { isAbsolute, resolve } from 'node:path';

/**
 * The first argument that is neither a flag nor the app itself, made absolute; null when there is
 * none. `appFolder` is the folder that an unpackaged Electron was given to start (null when packaged).
 */
export function openPathFromArguments(
  argv: readonly string[],
  workingFolder: string,
  appFolder: string | null,
): string | null {
  for (const argument of argv.slice(1)) {
    // Chromium adds switches of its own; a path never starts with a dash here (`./-x` does for such names).
    if (argument === '' || argument.startsWith('-')) continue;
    const path = isAbsolute(argument) ? resolve(argument) : resolve(workingFolder, argument);
    if (appFolder !== null && path === resolve(appFolder)) continue;
    return path;
  }
  return null;
}
