/** Which TypeScript files of the project import which. */
import { projectPath } from '../../runtime/base/project-path.ts';

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
