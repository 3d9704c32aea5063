/** The walls are watched: breaches planted in a small project of the same shape are found, and nothing else is. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Breach, findBreaches, sourceFiles } from './walls.ts';

let folder: string;
let breaches: Breach[];
let moduleCount: number;

/** What is allowed: none of it may be reported. */
const SOUND: Readonly<Record<string, string>> = {
  'src/runtime/base/assert.ts': 'export const assert = 1;',
  'src/runtime/data/value.ts': "import { assert } from '../base/assert.ts'; export const value = assert;",
  'src/runtime/sql/1-parse/ast.ts': "import { assert } from '../../base/assert.ts'; export const ast = assert;",
  'src/runtime/sql/2-bind/bind.ts':
    "import { ast } from '../1-parse/ast.ts'; import { query } from './query.ts'; export const bind = [ast, query];",
  'src/runtime/sql/2-bind/query.ts':
    "import type { bind } from './bind.ts'; import { bind as b } from './bind.ts'; export type B = typeof bind; export const query = () => b;",
  'src/runtime/sql/3-plan/plan.ts':
    "import { bind } from '../2-bind/bind.ts'; export const plan = bind; export type Plan = string;",
  'src/runtime/engine/operator.ts':
    "import type { Plan } from '../sql/3-plan/plan.ts'; export const operator: Plan = '';",
  'src/runtime/operators/calc/calc.ts':
    "import { operator } from '../../engine/operator.ts'; export const calc = operator;",
  'src/runtime/operators/join/join.ts': 'export const join = 1;',
  'src/runtime/formats/json/json.ts': 'export const json = 1;',
  'src/runtime/formats/debezium-json/debezium.ts':
    "import { json } from '../json/json.ts'; export const debezium = json;",
  'src/runtime/connectors/filesystem/files.ts':
    "import { json } from '../../formats/json/json.ts'; export const files = json;",
  'src/runtime/job/registry.ts': "import { calc } from '../operators/calc/calc.ts'; export const registry = [calc];",
  'src/runtime/contract/contract.ts': "import * as z from 'zod/mini'; export const contract = z;",
  'src/runtime/node/cli.ts':
    "import { readFileSync } from 'node:fs'; import { registry } from '../job/registry.ts'; export const cli = [readFileSync, registry];",
  'src/runtime/data/value.test.ts':
    "import { readFileSync } from 'node:fs'; import { cli } from '../node/cli.ts'; export const test = [readFileSync, cli];",
  'src/main/main.ts':
    "import { app } from 'electron'; import { contract } from '../runtime/contract/contract.ts'; export const main = [app, contract];",
  'src/renderer/client/client.ts':
    "import { bind } from '../../runtime/sql/2-bind/bind.ts'; export const client = bind;",
  'src/renderer/store/store.ts': "import { useState } from 'react'; export const store = useState;",
};

/** What is not: file → its text and the rules that must report it. */
const PLANTED: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  'src/runtime/base/upward.ts': [
    "import { value } from '../data/value.ts'; export const x = value;",
    ['runtime/base imports only what it may'],
  ],
  'src/runtime/sql/1-parse/ahead.ts': [
    "import { bind } from '../2-bind/bind.ts'; export const x = bind;",
    ['runtime/sql/1-parse imports only what it may'],
  ],
  'src/runtime/sql/3-plan/type-ahead.ts': [
    "import type { code } from '../4-codegen/code.ts'; export type X = typeof code;",
    ['runtime/sql/3-plan imports only what it may'],
  ],
  'src/runtime/sql/4-codegen/code.ts': [
    "import { operator } from '../../engine/operator.ts'; export const code = operator;",
    ['runtime/sql/4-codegen imports only what it may'],
  ],
  'src/runtime/engine/knows-sql.ts': [
    "import { plan } from '../sql/3-plan/plan.ts'; export const x = plan;",
    ['runtime/engine imports only types of some rooms'],
  ],
  'src/runtime/engine/knows-node.ts': [
    "import { readFileSync } from 'node:fs'; export const x = readFileSync;",
    ['runtime/engine knows no Node'],
  ],
  'src/runtime/engine/knows-kafka.ts': [
    "import { Kafka } from 'kafkajs'; export const x = Kafka;",
    ['runtime/engine uses only its packages'],
  ],
  'src/runtime/operators/calc/neighbour.ts': [
    "import { join } from '../join/join.ts'; export const x = join;",
    ['a kind of operators knows no other'],
  ],
  'src/runtime/connectors/print/neighbour.ts': [
    "import { files } from '../filesystem/files.ts'; export const x = files;",
    ['a kind of connectors knows no other'],
  ],
  'src/runtime/program/operators.ts': [
    "import { calc } from '../operators/calc/calc.ts'; export const x = calc;",
    ['only the job knows which operators there are', 'runtime/program imports only what it may'],
  ],
  'src/runtime/node/window.ts': [
    "import { app } from 'electron'; export const x = app;",
    ['only main imports electron', 'runtime/node uses only its packages'],
  ],
  'src/runtime/data/missing.ts': [
    "import { gone } from './gone.ts'; export const x = gone;",
    ['every import is found'],
  ],
  'src/runtime/state/ring.ts': [
    "import { ring } from '../recording/ring.ts'; export const x = ring;",
    ['runtime/state imports only what it may'],
  ],
  // A circle is reported once.
  'src/runtime/recording/ring.ts': [
    "import { x } from '../state/ring.ts'; export const ring = x;",
    ['no import goes in a circle through several rooms'],
  ],
  'src/main/sql.ts': [
    "import { bind } from '../runtime/sql/2-bind/bind.ts'; export const x = bind;",
    ['main imports only what it may'],
  ],
  'src/renderer/store/sql.ts': [
    "import { bind } from '../../runtime/sql/2-bind/bind.ts'; export const x = bind;",
    ['renderer/* imports only what it may'],
  ],
  'src/renderer/store/disk.ts': [
    "import { readFileSync } from 'fs'; export const x = readFileSync;",
    ['renderer/* knows no Node'],
  ],
  'src/renderer/store/main.ts': [
    "import { main } from '../../main/main.ts'; export const x = main;",
    ['renderer/* imports only what it may'],
  ],
  'src/runtime/data/later.ts': [
    "export const x = () => import('../engine/operator.ts');",
    ['runtime/data imports only what it may'],
  ],
  'src/stray/file.ts': ['export const x = 1;', ['every file belongs to a room']],
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'walls-'));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `${text}\n`);
  };
  for (const [path, text] of Object.entries(SOUND)) write(path, text);
  for (const [path, [text]] of Object.entries(PLANTED)) write(path, text);
  write(
    'package.json',
    '{"name":"planted","type":"module","dependencies":{"zod":"*","react":"*"},"devDependencies":{"electron":"*","kafkajs":"*"}}',
  );
  mkdirSync(join(folder, 'node_modules'));
  const installed = fileURLToPath(new URL('../../node_modules', import.meta.url));
  for (const name of ['zod', 'react', 'electron'])
    symlinkSync(join(installed, name), join(folder, 'node_modules', name));
  write('node_modules/kafkajs/package.json', '{"name":"kafkajs","main":"index.js"}');
  write('node_modules/kafkajs/index.js', 'exports.Kafka = 1;');
  ({ breaches, moduleCount } = await findBreaches(folder));
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('finds every planted breach by its rule', () => {
  const found: Record<string, string[]> = {};
  for (const { from, rule } of breaches) {
    const list = found[from] ?? [];
    found[from] = list;
    if (!list.includes(rule)) list.push(rule);
  }
  for (const list of Object.values(found)) list.sort();
  expect(found).toEqual(
    Object.fromEntries(Object.entries(PLANTED).map(([path, [, rules]]) => [path, [...rules].sort()])),
  );
});

it('looks at every module', () => {
  expect(moduleCount).toBe(sourceFiles(folder).length);
});
