/** Paths of TypeScript files as the project names them. */

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
