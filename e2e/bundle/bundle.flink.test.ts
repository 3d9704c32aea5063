/**
 * Every sample leaves as a bundle, is built, goes through a real SQL gateway to a real cluster, runs to its end, and
 * gives the rows of the run on this machine. Prints the figures of each sink.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flinkSuite } from '../flink/flink-suite.ts';
import { type FlinkTools, flinkPrerequisites } from '../flink/prerequisites.ts';
import { sampleScripts, samplesFolder } from '../flink/scripts.ts';
import { buildBundle, endOfJob, exportBundle, submitBundle, verifyBundle } from './bundle-run.ts';
import { type FlinkCluster, startFlinkCluster } from './flink-cluster.ts';
import { HOSTILE_SINKS, writeHostileProject } from './hostile-project.ts';

const samples = sampleScripts();

flinkSuite('exported bundles on a real cluster', () => {
  const work = mkdtempSync(join(tmpdir(), 'millrace-bundles-'));
  const report: string[] = [];
  let cluster: FlinkCluster | null = null;
  const running = (): FlinkCluster => {
    if (cluster === null) throw new Error('the cluster did not start');
    return cluster;
  };
  const tools = (): FlinkTools => {
    const prerequisites = flinkPrerequisites();
    if (!prerequisites.ok) throw new Error(prerequisites.reason);
    return prerequisites.tools;
  };
  const built = new Set<string>();
  /** The bundle of a sample, exported and built when it is first asked for. */
  const bundleOf = async (name: string, folder = join(samplesFolder, name)): Promise<string> => {
    // Of a path that shells would read otherwise, too.
    const bundle = join(work, `${name} $(x) it's`);
    if (!built.has(name)) {
      await exportBundle(folder, bundle);
      await buildBundle(bundle, tools());
      built.add(name);
    }
    return bundle;
  };

  beforeAll(async () => {
    cluster = await startFlinkCluster(tools(), (line) => report.push(line));
  });

  afterAll(async () => {
    await cluster?.stop();
    rmSync(work, { recursive: true, force: true });
    process.stdout.write(`\n${report.join('\n')}\n`);
  });

  test.each(samples)('$name gives the same rows as on this machine', async ({ name }) => {
    const bundle = await bundleOf(name);
    const { code, text } = await verifyBundle(bundle, running());
    report.push(`${name}:`, ...text.split('\n').map((line) => `  ${line}`));
    const sinks = JSON.parse(readFileSync(join(bundle, 'expected', 'manifest.json'), 'utf8')) as {
      readonly tables: readonly { readonly name: string }[];
    };
    expect(code, text).toBe(0);
    const said = text.split('\n').filter((line) => line.startsWith('equal'));
    expect(said.map((line) => /^equal +(.*): (\d+) rows equal, 0 missing, 0 extra$/.exec(line)?.[1])).toEqual(
      sinks.tables.map((table) => table.name),
    );
  });

  test('a window of another size is found, with the first row that differs', async () => {
    const bundle = await bundleOf('clickstream');
    const script = join(bundle, 'sql', 'job.sql');
    const text = readFileSync(script, 'utf8');
    const changed = text.replace("DESCRIPTOR(ts), INTERVAL '1' MINUTE))", "DESCRIPTOR(ts), INTERVAL '2' MINUTE))");
    expect(changed).not.toBe(text);
    writeFileSync(script, changed);
    const { code, text: said } = await verifyBundle(bundle, running());
    writeFileSync(script, text);
    report.push('clickstream with windows of two minutes:', ...said.split('\n').map((line) => `  ${line}`));
    expect(code).toBe(1);
    const lines = said.split('\n');
    const at = lines.findIndex((line) => line.startsWith('DIFFERENT popular_pages'));
    expect(lines[at]).toMatch(/^DIFFERENT popular_pages: \d+ rows equal, [1-9]\d* missing, [1-9]\d* extra$/);
    // The first row that is expected and not there: the first of the file, as windows of one minute have it.
    const [first] = readFileSync(join(bundle, 'expected', 'popular_pages.jsonl'), 'utf8').split('\n');
    const { row } = JSON.parse(first ?? '') as { readonly row: Readonly<Record<string, string>> };
    expect(lines[at + 1]).toBe(
      `  first difference: missing {${Object.entries(row)
        .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
        .join(', ')}}`,
    );
    expect(said).toContain('equal     funnel_report:');
  });

  test('a job that does not end in time is cancelled, and that is said', async () => {
    const bundle = await bundleOf('changelog');
    const script = join(bundle, 'sql', 'job.sql');
    const text = readFileSync(script, 'utf8');
    const votes = /'connector' = 'filesystem',\s+'path' = 'data\/votes.jsonl',\s+'format' = 'json'/;
    expect(text).toMatch(votes);
    writeFileSync(script, text.replace(votes, "'connector' = 'datagen', 'rows-per-second' = '5'"));
    const { code, text: said } = await verifyBundle(bundle, running(), ['--timeout-seconds', '6']);
    writeFileSync(script, text);
    expect(code, said).toBe(1);
    expect(said).toMatch(/^verify: statement \d+: no end after 6 s; its job was cancelled$/m);
    const { jobs } = (await fetch(`${running().rest}/jobs/overview`).then((r) => r.json())) as {
      readonly jobs: readonly { readonly name: string; readonly state: string }[];
    };
    const own = jobs.filter(({ name }) => name.startsWith('millrace verify '));
    expect(own.filter(({ state }) => state === 'RUNNING')).toEqual([]);
    expect(own.some(({ state }) => state === 'CANCELED' || state === 'CANCELLING')).toBe(true);
  });

  test('the job itself is submitted with curl alone, runs to its end and prints', async () => {
    const bundle = await bundleOf('fraud');
    const { code, text } = await submitBundle(bundle, running());
    expect(code, text).toBe(0);
    const job = /job ([0-9a-f]{32})/.exec(text)?.[1] ?? '';
    expect(await endOfJob(job, running())).toBe('FINISHED');
    const expected = readFileSync(join(bundle, 'expected', 'alarm_report.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const printed = running()
      .taskManagerLog()
      .split('\n')
      .filter((line) => /^\+I\[\*\*\*\*-\d+, [A-Z]\w+, [A-Z]\w+, \d+, /.test(line));
    expect(printed).toHaveLength(expected.length);
  });

  test('names that would do harm are names on Flink, too', async () => {
    const folder = join(work, 'hostile project');
    writeHostileProject(folder);
    const bundle = await bundleOf('hostile', folder);
    const verified = await verifyBundle(bundle, running());
    report.push('hostile:', ...verified.text.split('\n').map((line) => `  ${line}`));
    expect(verified.text.split('\n').filter((line) => line.startsWith('equal'))).toEqual([
      `equal     ${HOSTILE_SINKS[0]}: 3 rows equal, 0 missing, 0 extra`,
      `equal     ${HOSTILE_SINKS[1]}: 2 rows equal, 0 missing, 0 extra`,
    ]);
    const submitted = await submitBundle(bundle, running());
    expect([verified.code, submitted.code], submitted.text).toEqual([0, 0]);
    const canaries = readdirSync(work, { recursive: true, encoding: 'utf8' }).filter((path) =>
      /(^|\/)CANARY$/.test(path),
    );
    expect(canaries).toEqual([]);
  });

  test('a statement that Flink refuses is named', async () => {
    const bundle = await bundleOf('changelog');
    const script = join(bundle, 'sql', 'job.sql');
    const text = readFileSync(script, 'utf8');
    writeFileSync(script, text.replace('COUNT(points) AS counted', 'COUNT(pints) AS counted'));
    const verified = await verifyBundle(bundle, running());
    const submitted = await submitBundle(bundle, running());
    writeFileSync(script, text);
    expect([verified.code, submitted.code]).toEqual([1, 1]);
    expect(verified.text).toMatch(/^verify: statement 3 failed: /m);
    expect(verified.text).toContain("Column 'pints' not found");
    expect(submitted.text).toMatch(/^Statement 3 of 13: ERROR/m);
    expect(submitted.text).toContain("Column 'pints' not found");
  });
});
