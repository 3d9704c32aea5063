/** The two ways to cut a script, in awk for the start scripts and in Java for `verify`, agree on every script there is. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { flinkSuite } from '../flink/flink-suite.ts';
import { flinkPrerequisites } from '../flink/prerequisites.ts';
import { caseScripts, sampleScripts } from '../flink/scripts.ts';
import { run } from './bundle-run.ts';

const exportRoom = fileURLToPath(new URL('../../src/runtime/export/', import.meta.url));
const root = "/it's $(x)";

flinkSuite('statements of a script', () => {
  const work = mkdtempSync(join(tmpdir(), 'millrace-statements-'));
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  test('are the same for the start scripts and for verify', async () => {
    const prerequisites = flinkPrerequisites();
    if (!prerequisites.ok) throw new Error(prerequisites.reason);
    const { java, javac } = prerequisites.tools;
    const sources = ['Json.java', 'verify/SqlScript.java'].map((name) => join(exportRoom, 'jvm', 'java', name));
    const own = fileURLToPath(new URL('cluster/PrintStatements.java', import.meta.url));
    expect(await run(javac, ['-d', work, ...sources, own], work)).toEqual({ code: 0, text: '' });
    const scripts = [...sampleScripts(), ...caseScripts()].map(({ folder, file }) => join(folder, file));
    const printed = await run(
      java,
      ['-Dfile.encoding=UTF-8', '-Dstdout.encoding=UTF-8', '-cp', work, 'millrace.verify.PrintStatements', ...scripts],
      work,
    );
    expect(printed.code, printed.text).toBe(0);
    const lines = printed.text.trimEnd().split('\n');
    expect(lines).toHaveLength(scripts.length);
    const different: string[] = [];
    for (const [i, script] of scripts.entries()) {
      const folder = mkdtempSync(join(work, 'awk-'));
      const args = ['-v', `dir=${folder}`, '-f', join(exportRoom, 'scripts', 'statements.awk'), script];
      expect((await run('awk', args, work, { MILLRACE_ROOT: root, LC_ALL: 'C' })).code).toBe(0);
      const ofAwk = readdirSync(folder)
        .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
        .map((name) => (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { statement: string }).statement);
      if (JSON.stringify(ofAwk) !== JSON.stringify(JSON.parse(lines[i] ?? 'null'))) different.push(script);
    }
    expect(different).toEqual([]);
  });
});
