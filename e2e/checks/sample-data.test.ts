/** The data of the samples is exactly what the generators make: nobody edited it by hand, nothing in it is accident. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clickstreamFiles } from '../../samples/generate/clickstream.ts';
import { fraudFiles } from '../../samples/generate/fraud.ts';
import { nexmarkFiles } from '../../samples/generate/nexmark.ts';
import { sessionsFiles } from '../../samples/generate/sessions.ts';
import { vegaFiles } from '../../samples/generate/vega-cuts.ts';
import { sampleScripts, samplesFolder } from '../flink/scripts.ts';

describe('sample data', () => {
  test.each([...clickstreamFiles(), ...fraudFiles(), ...nexmarkFiles(), ...sessionsFiles(), ...vegaFiles()])(
    '$path is what the generator makes',
    ({ path, text }) => {
      expect(readFileSync(join(samplesFolder, path), 'utf8') === text, 'npx tsx samples/generate/write.ts').toBe(true);
    },
  );

  test.each([
    { files: clickstreamFiles(), name: 'clicks.jsonl', delayMs: 5_000, expected: { disordered: 981, late: 25 } },
    { files: fraudFiles(), name: 'payments.jsonl', delayMs: 5_000, expected: { disordered: 191, late: 0 } },
    { files: sessionsFiles(), name: 'plays.jsonl', delayMs: 30_000, expected: { disordered: 368, late: 25 } },
  ])('$name has disorder and late rows', ({ files, name, delayMs, expected }) => {
    const file = files.find((f) => f.path.endsWith(name));
    let latest = Number.NEGATIVE_INFINITY;
    let disordered = 0;
    let late = 0;
    for (const line of (file?.text ?? '').trimEnd().split('\n')) {
      const at = Date.parse(`${(JSON.parse(line) as { ts: string }).ts.replace(' ', 'T')}Z`);
      if (at < latest) disordered++;
      if (at <= latest - delayMs) late++;
      latest = Math.max(latest, at);
    }
    expect({ disordered, late }).toEqual(expected);
  });

  test.each(sampleScripts())('$name has the same title and sentence in its script and its README', ({ folder }) => {
    const [title, sentence] = readFileSync(join(folder, 'job.sql'), 'utf8').split('\n');
    const [heading, , paragraph] = readFileSync(join(folder, 'README.md'), 'utf8').split('\n');
    expect({ title, sentence }).toEqual({ title: `-- ${heading?.slice(2)}`, sentence: `-- ${paragraph}` });
    expect(sentence).toMatch(/^-- [A-Z].{20,140}\.$/);
  });
});
