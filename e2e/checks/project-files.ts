/** The files of the project as the checks look at them: what git knows or would add, without what is made or recorded. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectFile } from './tidy.ts';

/** Made by programs or recorded from Flink; long by nature. */
const NOT_WRITTEN =
  /^(package-lock\.json|THIRD_PARTY_NOTICES\.md)$|^samples\/.*\/data\/|\.expected\.json$|\.(png|woff2?|ttf|gz|parquet)$/;
/** Larger files are data. */
const TEXT_SIZE_MAX_BYTES = 1024 * 1024;

/** All files that people write, sorted by path. */
export function projectFiles(folder: string): ProjectFile[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return listed
    .split('\0')
    .filter((path) => path !== '' && !NOT_WRITTEN.test(path))
    .filter((path) => existsSync(join(folder, path)) && statSync(join(folder, path)).size <= TEXT_SIZE_MAX_BYTES)
    .sort()
    .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
}
