/** Paths of files in a project, as scripts write them. */

/** A path as one of all the ways to write it: `./operators//f.ts` and `operators\f.ts` are `operators/f.ts`. */
export function projectPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.replaceAll('\\', '/').split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts[parts.length - 1] !== '..') parts.pop();
    else parts.push(part);
  }
  return (path.startsWith('/') ? '/' : '') + parts.join('/');
}
