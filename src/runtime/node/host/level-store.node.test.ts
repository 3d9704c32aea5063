/** A store of a recording is opened only where it is what it seems to be. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LevelStore } from './level-store.ts';

let root: string;

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'level-store-'));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

async function made(name: string): Promise<string> {
  const folder = path.join(root, name);
  const store = await LevelStore.create(folder);
  if (!store.ok) throw new Error(store.error.message);
  await store.value.close();
  return folder;
}

async function whyNot(folder: string): Promise<string | null> {
  const store = await LevelStore.open(folder);
  if (!store.ok) return store.error.message;
  await store.value.close();
  return null;
}

it('a store whose folder, witness or file is a link to another place is not opened', async () => {
  const other = await made('other');
  const whole = await made('whole');
  expect(await whyNot(whole)).toBeNull();

  const linked = path.join(root, 'linked');
  fs.mkdirSync(linked);
  fs.symlinkSync(path.join(other, 'store'), path.join(linked, 'store'));
  fs.copyFileSync(path.join(other, 'witness'), path.join(linked, 'witness'));
  const witness = await made('witness');
  fs.rmSync(path.join(witness, 'witness'));
  fs.symlinkSync(path.join(other, 'witness'), path.join(witness, 'witness'));
  const inside = await made('inside');
  fs.rmSync(path.join(inside, 'store', 'CURRENT'));
  fs.symlinkSync(path.join(other, 'store', 'CURRENT'), path.join(inside, 'store', 'CURRENT'));

  const reason = (file: string): string => `${file} is a link, which no recording has.`;
  expect([await whyNot(linked), await whyNot(witness), await whyNot(inside)]).toEqual([
    reason(path.join(linked, 'store')),
    reason(path.join(witness, 'witness')),
    reason(path.join(inside, 'store', 'CURRENT')),
  ]);
  expect(await whyNot(other)).toBeNull();
});
