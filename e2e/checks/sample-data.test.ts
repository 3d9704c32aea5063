/** The data of the samples is exactly what the generators make: nobody edited it by hand, nothing in it is accident. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clickstreamFiles } from '../../samples/generate/clickstream.ts';
import { vegaFiles } from '../../samples/generate/vega-cuts.ts';
import { sampleScripts, samplesFolder } from '../flink/scripts.ts';

describe('sample data', () => {
  test.each([...clickstreamFiles(), ...vegaFiles()])('$path is what the generator makes', ({ path, text }) => {
    expect(readFileSync(join(samplesFolder, path), 'utf8') === text, 'npx tsx samples/generate/write.ts').toBe(true);
  });

  test('the clickstream has disorder and late rows', () => {
    const clicks = clickstreamFiles().find((f) => f.path.endsWith('clicks.jsonl'));
    let latest = Number.NEGATIVE_INFINITY;
    let disordered = 0;
    let late = 0;
    for (const line of (clicks?.text ?? '').trimEnd().split('\n')) {
      const at = Date.parse(`${(JSON.parse(line) as { ts: string }).ts.replace(' ', 'T')}Z`);
      if (at < latest) disordered++;
      if (at <= latest - 5_000) late++;
      latest = Math.max(latest, at);
    }
    expect({ disordered, late }).toEqual({ disordered: 981, late: 25 });
  });

  test.each(sampleScripts())('$name has the same title and sentence in its script and its README', ({ folder }) => {
    const [title, sentence] = readFileSync(join(folder, 'job.sql'), 'utf8').split('\n');
    const [heading, , paragraph] = readFileSync(join(folder, 'README.md'), 'utf8').split('\n');
    expect({ title, sentence }).toEqual({ title: `-- ${heading?.slice(2)}`, sentence: `-- ${paragraph}` });
    expect(sentence).toMatch(/^-- [A-Z].{20,140}\.$/);
  });
});
