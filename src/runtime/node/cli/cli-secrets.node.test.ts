/** Secrets of the command line: from a file and from the environment, only those that the script refers to. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretReference } from '../../program/secret-references.ts';
import { readSecretsFile, secretsFor } from './cli-secrets.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-secrets-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (text: string) => {
  const file = join(folder, 'secrets.env');
  writeFileSync(file, text);
  return readSecretsFile(file);
};

describe('secrets of the command line', () => {
  it('are read from lines of a file, with quotes taken off', () => {
    const found = read('\uFEFF# mine\n\norders.password=p=q #1 \r\nexport MILLRACE_SECRET_B = "x y"\n');
    expect(found.ok && [...found.value]).toEqual([
      ['orders.password', 'p=q #1'],
      ['MILLRACE_SECRET_B', 'x y'],
    ]);
  });

  it('say which line is wrong, and nothing of what stands there', () => {
    const found = read('a=1\nhunter2\n');
    expect(found.ok ? '' : found.error).toMatch(/secrets\.env: line 2 is not of the form NAME=value\.$/);
    const missing = readSecretsFile(join(folder, 'none'));
    expect(missing.ok ? '' : missing.error).toContain('cannot be read');
  });

  it('are those that the script refers to; the file wins over the environment', () => {
    const script = `${secretReference('a')} ${secretReference('b.password')} ${secretReference('c')} ${secretReference('d')}`;
    const environment = {
      MILLRACE_SECRET_A: 'of the environment',
      MILLRACE_SECRET_B_PASSWORD: 'of the environment',
      MILLRACE_SECRET_OTHER: 'not asked for',
    };
    const file = new Map([
      ['b.password', 'of the file'],
      ['MILLRACE_SECRET_C', 'of the file'],
      ['unasked', 'of the file'],
    ]);
    expect(secretsFor(script, environment, file)).toEqual([
      { name: 'a', value: 'of the environment', addresses: null },
      { name: 'b.password', value: 'of the file', addresses: null },
      { name: 'c', value: 'of the file', addresses: null },
    ]);
  });
});
