/** The command line with TypeScript functions: bundled, in a process of its own, as a user has it. */
import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleEntry } from '../engine/test-engine.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-cli-functions-'));
let bundle = { file: '', remove: (): void => {} };

beforeAll(async () => {
  bundle = await bundleEntry('cli/cli');
  write('t.jsonl', '{"k":"a","v":1}\n{"k":"b","v":2}\n{"k":"c","v":3}\n');
});
afterAll(() => {
  bundle.remove();
  fs.rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  return file;
}

function millrace(...args: string[]) {
  const { status, stdout, stderr } = spawnSync('node', [bundle.file, ...args], { encoding: 'utf8', timeout: 15_000 });
  return { status, stdout, stderr };
}

const job = (name: string, settings = ''): string =>
  write(
    `${name}.sql`,
    `${settings}CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'filesystem', 'path' = 't.jsonl', 'format' = 'json');
CREATE TEMPORARY FUNCTION f AS 'operators/${name}.ts' LANGUAGE TYPESCRIPT;
CREATE TABLE s (k STRING, f INT) WITH ('connector' = 'print', 'print-identifier' = 'out');
INSERT INTO s SELECT k, f(v) FROM t;
SELECT k, f(v) AS f FROM t;`,
  );

const f = (name: string, body: string): string =>
  write(
    `operators/${name}.ts`,
    `import { scalar, t } from 'millrace';
export default scalar({
  args: { v: t.int() },
  returns: t.int(),
  eval({ v }) {
    ${body}
  },
});
`,
  );

describe('millrace run with functions', () => {
  it('prints rows and headings in their order, and one document with --format json', () => {
    f('double', 'return v === null ? null : v * 2;');
    const script = job('double');
    expect(millrace('run', script)).toEqual({
      status: 0,
      stdout: 'out> +I[a, 2]\nout> +I[b, 4]\nout> +I[c, 6]\n+I[a, 2]\n+I[b, 4]\n+I[c, 6]\n',
      stderr: expect.stringMatching(/^-- sink s, statement 4\n-- query, statement 5\n6 rows in [\d.]+ m?s\n$/),
    });
    const { stdout } = millrace('run', script, '--format', 'json');
    expect(JSON.parse(stdout).results).toHaveLength(2);
    const list = write('list.txt', `${script}\n${script}\n`);
    const batch = millrace('run', '--batch', list);
    expect(
      batch.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).results.length),
    ).toEqual([2, 2]);
  });

  it('shows on the error output what functions wrote to the console', () => {
    f('talks', "console.log('seen', v);\n    return v;");
    const { stderr } = millrace('run', job('talks'), '--quiet');
    expect(stderr.match(/^console\.log: seen \d$/gm)).toHaveLength(6);
  });

  it('says where a file is wrong, with its line, and runs nothing', () => {
    write(
      'operators/wrong.ts',
      "import { scalar, t } from 'millrace';\nexport default scalar({ returns: t.int(), eval() { return 1 +; } });\n",
    );
    const script = job('wrong');
    const { status, stdout, stderr } = millrace('run', script);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    const lines = stderr.split('\n');
    expect(lines[0]).toMatch(/operators\/wrong\.ts:2:\d+: error .+ \[udf\/syntax\]$/);
    expect(lines[1]).toBe('  export default scalar({ returns: t.int(), eval() { return 1 +; } });');
    expect(lines[2]).toMatch(/^ +\^$/);
    const json = millrace('run', script, '--format', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject({ results: [], error: { phase: 'validate' } });
  });

  it('says where a function failed, in its own file', () => {
    f('fails', "if (v === 3) throw new Error('three');\n    return v;");
    const { status, stdout, stderr } = millrace('run', job('fails'), '--quiet');
    expect(status).toBe(1);
    expect(stdout).toContain('out> +I[b, 2]');
    expect(stderr).toMatch(/operators\/fails\.ts:6:\d+: error f failed at .*three/);
    expect(stderr).toContain("  if (v === 3) throw new Error('three');");
  });

  it('ends a function that never comes back or eats all memory, with its name and exit code 1', () => {
    f('loops', 'if (v === 3) for (;;) {}\n    return v;');
    const loops = millrace('run', job('loops', "SET 'millrace.function.timeout' = '300 ms';\n"));
    expect(loops.status).toBe(1);
    expect(loops.stderr).toContain('The function f (operators/loops.ts) at row 3 did not come back within 300 ms.');
    f('eats', 'const all: number[] = [];\n    if (v === 3) for (;;) all.push(1.5);\n    return v;');
    const eats = millrace('run', job('eats', "SET 'millrace.memory' = '200 MB';\n"), '--format', 'json');
    expect(eats.status).toBe(1);
    expect(JSON.parse(eats.stdout)).toMatchObject({
      results: [],
      error: { phase: 'run', message: expect.stringContaining('200 MB') },
    });
  });

  it('stops on the first Ctrl+C, also in the middle of a call', async () => {
    f('stuck', 'for (;;) {}');
    const child = spawn('node', [bundle.file, 'run', job('stuck')]);
    let stderr = '';
    let isTold = false;
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      // Once: a second one ends the program at once.
      if (!isTold && stderr.includes('-- sink s')) isTold = child.kill('SIGINT');
    });
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect(code).toBe(130);
  });

  it('records, and replays without the files of the functions', () => {
    const file = f('kept', 'return v === null ? null : v + 100;');
    const script = job('kept');
    const recording = path.join(folder, 'recording');
    expect(millrace('run', script, '--record', recording).status).toBe(0);
    fs.rmSync(file);
    const replayed = millrace('replay', recording, '--digest');
    expect(replayed).toMatchObject({ status: 0, stderr: '' });
    expect(replayed.stdout.match(/equal/g)).toHaveLength(2);
  });
});

describe('millrace check and explain with functions', () => {
  it('know the declarations and run no code', () => {
    write(
      'operators/typed.ts',
      `import { scalar, t } from 'millrace';
throw new Error('was run');
export default scalar({ args: { v: t.int() }, returns: t.int(), eval: ({ v }) => v });
`,
    );
    const script = job('typed');
    expect(millrace('check', script)).toMatchObject({ status: 0 });
    expect(millrace('explain', script).stdout).toContain('f(v)');
    const wrong = write('wrong-call.sql', fs.readFileSync(script, 'utf8').replace('f(v) AS f', "f(v, 'x') AS f"));
    expect(millrace('check', wrong).status).toBe(1);
  });
});
