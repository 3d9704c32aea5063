/** `millrace run --checkpoint-dir … --resume` as a user has it: what is refused, what is said, what comes out. */
import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleEntry } from '../engine/test-engine.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-resume-'));
let cli = { file: '', remove: (): void => {} };

beforeAll(async () => {
  cli = await bundleEntry('cli/cli');
});

afterAll(() => {
  cli.remove();
  fs.rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): void {
  fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  fs.writeFileSync(path.join(folder, name), text);
}

function millrace(...args: string[]) {
  const options = { cwd: folder, encoding: 'utf8', timeout: 30_000 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli.file, ...args], options);
  return { status, stdout, stderr };
}

/** Runs until there are so many checkpoints, then kills -9. */
async function killAtCheckpoint(checkpoints: string, id: number, ...args: string[]): Promise<string | null> {
  const running = spawn(process.execPath, [cli.file, ...args], { cwd: folder, stdio: 'ignore' });
  const timer = setInterval(() => {
    const ids = fs.existsSync(checkpoints) ? fs.readdirSync(checkpoints) : [];
    if (ids.some((name) => Number(/^chk-(\d+)$/.exec(name)?.[1] ?? 0) >= id)) running.kill('SIGKILL');
  }, 2);
  return new Promise((resolve) => {
    running.on('close', (_, signal) => {
      clearInterval(timer);
      resolve(signal);
    });
  });
}

const TABLE = `CREATE TABLE t (id INT, k STRING) WITH ('connector' = 'filesystem', 'path' = 'in', 'format' = 'json');`;
const ROWS = 60_000;

describe('millrace run with checkpoints', () => {
  it('refuses options that make no sense without a folder, or together', () => {
    write('empty.sql', "SET 'a' = 'b';");
    const refusals = [
      ['--resume'],
      ['--checkpoint-interval', '1s'],
      ['--checkpoint-dir', 'ck', '--checkpoint-interval', 'often'],
      ['--checkpoint-dir', 'ck', '--checkpoint-keep', '0'],
      ['--checkpoint-dir', 'ck', '--resume', '--record', 'recording'],
      ['--checkpoint-dir', 'ck', '--batch', 'list'],
    ].map((flags) => {
      const { status, stderr } = millrace('run', ...(flags.includes('--batch') ? [] : ['empty.sql']), ...flags);
      return `${status} ${stderr.split('\n')[0]}`;
    });
    expect(refusals).toEqual([
      '2 error: --resume and --checkpoint-interval need --checkpoint-dir with the folder of the checkpoints',
      '2 error: --resume and --checkpoint-interval need --checkpoint-dir with the folder of the checkpoints',
      "2 error: option '--checkpoint-interval <time>' argument 'often' is invalid. Give a time such as 500ms, 10s or 5min.",
      "2 error: option '--checkpoint-keep <number>' argument '0' is invalid. Give at least 1.",
      "2 error: option '--resume' cannot be used with option '--record <folder>'",
      '2 error: --checkpoint-dir is for a single script',
    ]);
  });

  it('goes on after kill -9, with TypeScript functions and a query behind the insertion', {
    timeout: 60_000,
  }, async () => {
    write('in/a.jsonl', Array.from({ length: ROWS }, (_, id) => `{"id":${id},"k":"k${id % 5}"}`).join('\n'));
    write(
      'operators/twice.ts',
      "import { scalar, t } from 'millrace';\nexport default scalar({ args: { v: t.int().notNull() }, returns: t.int(), eval({ v }) { return v * 2; } });\n",
    );
    write(
      'job.sql',
      `CREATE TEMPORARY FUNCTION twice AS 'operators/twice.ts' LANGUAGE TYPESCRIPT;
${TABLE}
CREATE TABLE s (id INT, twice INT) WITH ('connector' = 'filesystem', 'path' = 'twice', 'format' = 'json');
INSERT INTO s SELECT id, twice(COALESCE(id, 0)) FROM t;
SELECT k, COUNT(*) AS n FROM t GROUP BY k;`,
    );
    const flags = ['run', 'job.sql', '--format', 'table', '--checkpoint-dir', 'ck', '--checkpoint-interval', '10ms'];
    const checkpoints = path.join(folder, 'ck');
    expect(await killAtCheckpoint(checkpoints, 3, ...flags)).toBe('SIGKILL');
    const refused = millrace(...flags);
    expect([refused.status, refused.stderr]).toEqual([
      1,
      expect.stringContaining('ck holds checkpoints of a run that has not come to its end.'),
    ]);
    const { status, stdout, stderr } = millrace(...flags, '--resume');
    expect(stderr).toMatch(/^millrace: going on from checkpoint \d+ in ck: statement 4, [\d,]+ rows read\./m);
    expect([status, stdout.split('\n').filter((line) => line.startsWith('| k'))]).toEqual([
      0,
      ['| k  | n     |', ...Array.from({ length: 5 }, (_, k) => `| k${k} | ${ROWS / 5} |`)],
    ]);
    const written = fs.readdirSync(path.join(folder, 'twice'));
    const ids = written.flatMap((name) =>
      fs
        .readFileSync(path.join(folder, 'twice', name), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as { id: number; twice: number }),
    );
    expect(written.filter((name) => name.startsWith('.'))).toEqual([]);
    expect(ids.length).toBe(ROWS);
    expect(new Set(ids.map(({ id }) => id)).size).toBe(ROWS);
    expect(ids.every(({ id, twice }) => twice === 2 * id)).toBe(true);
    const again = millrace(...flags, '--resume');
    expect([again.status, again.stderr]).toEqual([0, expect.stringContaining('the script had come to its end.')]);
  });

  it('says that printed rows come again, and takes the interval from the script', { timeout: 60_000 }, async () => {
    write('in/a.jsonl', Array.from({ length: ROWS }, (_, id) => `{"id":${id},"k":"k${id % 5}"}`).join('\n'));
    write('print.sql', `SET 'execution.checkpointing.interval' = '10 ms';\n${TABLE}\nSELECT id FROM t;`);
    const flags = ['run', 'print.sql', '--checkpoint-dir', 'printed'];
    expect(await killAtCheckpoint(path.join(folder, 'printed'), 2, ...flags)).toBe('SIGKILL');
    const { status, stdout, stderr } = millrace(...flags, '--resume', '--quiet');
    expect(stderr).toContain('rows that were printed after that checkpoint are printed again.');
    const rows = stdout.trimEnd().split('\n');
    expect([status, rows.at(-1), new Set(rows).size === rows.length, rows.length < ROWS]).toEqual([
      0,
      `+I[${ROWS - 1}]`,
      true,
      true,
    ]);
  });

  it('leaves a folder alone that another run uses', () => {
    write('used/lock', `${process.pid}\n`);
    write('empty.sql', "SET 'a' = 'b';");
    const { status, stderr } = millrace('run', 'empty.sql', '--checkpoint-dir', 'used');
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining(`The folder used is used by another run (process ${process.pid}).`),
    ]);
  });

  it('keeps every row where two insertions write into one table, with and without checkpoints', () => {
    write('in/a.jsonl', Array.from({ length: 300 }, (_, id) => `{"id":${id},"k":"a"}`).join('\n'));
    for (const [name, flags] of [
      ['plain', []],
      ['kept', ['--checkpoint-dir', 'both']],
    ] as const) {
      write(
        `${name}.sql`,
        `${TABLE}
CREATE TABLE s (id INT) WITH ('connector' = 'filesystem', 'path' = '${name}', 'format' = 'json');
EXECUTE STATEMENT SET BEGIN
INSERT INTO s SELECT id FROM t WHERE id < 100;
INSERT INTO s SELECT id FROM t WHERE id >= 100;
END;`,
      );
      expect(millrace('run', `${name}.sql`, ...flags).status).toBe(0);
      const lines = fs.readdirSync(path.join(folder, name)).flatMap((file) =>
        fs
          .readFileSync(path.join(folder, name, file), 'utf8')
          .trimEnd()
          .split('\n'),
      );
      expect(new Set(lines).size).toBe(300);
      expect(lines.length).toBe(300);
    }
  });
});
