/** The scripts that are compared with Flink: the samples, and the cases of this room. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CompareRules, readRules } from './compare-rule.ts';

const here = dirname(fileURLToPath(import.meta.url));
export const samplesFolder = join(here, '..', '..', 'samples');
export const casesFolder = join(here, 'cases');

/** `file` is relative to the folder that a run needs to have copied. */
export interface ComparedScript {
  readonly name: string;
  readonly folder: string;
  readonly file: string;
  readonly rules: CompareRules;
}

/** Every folder of `samples/` that has a job.sql. */
export function sampleScripts(): ComparedScript[] {
  return readdirSync(samplesFolder)
    .sort()
    .map((name) => ({ name, folder: join(samplesFolder, name) }))
    .filter(({ folder }) => existsSync(join(folder, 'job.sql')))
    .map(({ name, folder }) => ({ name, folder, file: 'job.sql', rules: readRules(join(folder, 'expect.json')) }));
}

/** Every `cases/NAME.sql`; its rules are in `NAME.rules.json`, its recorded document in `NAME.expected.json`. */
export function caseScripts(): ComparedScript[] {
  return readdirSync(casesFolder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const name = file.slice(0, -'.sql'.length);
      return { name, folder: casesFolder, file, rules: readRules(join(casesFolder, `${name}.rules.json`)) };
    });
}

/** What real Flink gave for this case when it was recorded. */
export function recordedPath(script: ComparedScript): string {
  return join(script.folder, `${script.name}.expected.json`);
}
