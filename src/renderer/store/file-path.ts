/** Paths of TypeScript files as the project names them, and which of the files import which. */

/** A path of `CREATE FUNCTION … AS`, so that two ways to write it are one: `./operators//f.ts` is `operators/f.ts`. */
export function projectPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.replaceAll('\\', '/').split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return (path.startsWith('/') ? '/' : '') + parts.join('/');
}

/** Whether another file of the project imports the one at `path`, by its text: functions may share helpers. */
export function isImported(path: string, files: ReadonlyMap<string, string>): boolean {
  const wanted = path.replace(/\.ts$/, '');
  return [...files].some(([other, text]) => {
    if (other === path) return false;
    const folder = other.slice(0, other.lastIndexOf('/') + 1);
    return [...text.matchAll(/\b(?:from|import)\s*\(?\s*['"](\.[^'"]*)['"]/g)].some(
      ([, written]) => projectPath(folder + written).replace(/\.[jt]s$/, '') === wanted,
    );
  });
}
