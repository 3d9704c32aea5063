/** The sample projects that come with the app: folders with a `job.sql` and a README. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectLink } from './project-link.ts';

/** All samples by folder name. The README's heading is the name, its first paragraph the description. */
export function listSamples(samplesFolder: string): ProjectLink[] {
  if (!existsSync(samplesFolder)) return [];
  return readdirSync(samplesFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(samplesFolder, entry.name, 'job.sql')))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => {
      const folder = join(samplesFolder, entry.name);
      const path = join(folder, 'job.sql');
      const script = readFileSync(path, 'utf8');
      return { path, ...describeSample(folder, entry.name), openedAtMs: 0, exists: true, script };
    });
}

function describeSample(folder: string, folderName: string): { name: string; description: string } {
  const readme = join(folder, 'README.md');
  const lines = existsSync(readme) ? readFileSync(readme, 'utf8').split(/\r?\n/) : [];
  const heading = lines.find((line) => line.startsWith('# '));
  const start = lines.findIndex((line) => line.trim() !== '' && !line.startsWith('#'));
  const end = start < 0 ? -1 : lines.findIndex((line, index) => index > start && line.trim() === '');
  const paragraph = start < 0 ? [] : lines.slice(start, end < 0 ? undefined : end);
  return { name: heading?.slice(2).trim() ?? folderName, description: paragraph.join(' ').trim() };
}
