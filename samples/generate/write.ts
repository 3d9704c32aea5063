/** Writes the generated and cut data of the samples again: `npx tsx samples/generate/write.ts`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clickstreamFiles } from './clickstream.ts';
import { fraudFiles } from './fraud.ts';
import { nexmarkFiles } from './nexmark.ts';
import { sessionsFiles } from './sessions.ts';
import { vegaFiles } from './vega-cuts.ts';

const samples = join(dirname(fileURLToPath(import.meta.url)), '..');
for (const file of [...clickstreamFiles(), ...fraudFiles(), ...nexmarkFiles(), ...sessionsFiles(), ...vegaFiles()]) {
  const path = join(samples, file.path);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, file.text);
  console.log(`${file.path}: ${file.text.split('\n').length - 1} lines`);
}
