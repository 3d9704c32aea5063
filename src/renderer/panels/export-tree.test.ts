/** The tree of files in the export dialog, and the languages of its viewer. */
import { expect, test } from 'vitest';
import { languageOf, treeLines } from './export-tree.ts';

test('files stand below their folders, folders that hold only a folder are one line', () => {
  const paths = [
    'README.md',
    'sql/job.sql',
    'jvm/src/main/java/A.java',
    'jvm/src/main/java/b/B.java',
    'jvm/pom.xml',
    './data/t.jsonl',
  ];
  const lines = treeLines(paths.map((path) => ({ path })));
  expect(
    lines.map(({ kind, name, depth, path }) => `${'  '.repeat(depth)}${name} ${kind === 'file' ? path : '/'}`),
  ).toEqual([
    'sql /',
    '  job.sql sql/job.sql',
    'jvm /',
    '  src/main/java /',
    '    b /',
    '      B.java jvm/src/main/java/b/B.java',
    '    A.java jvm/src/main/java/A.java',
    '  pom.xml jvm/pom.xml',
    'data /',
    '  t.jsonl ./data/t.jsonl',
    'README.md README.md',
  ]);
});

test('a file has the language of its ending, or of its name', () => {
  expect(['sql/job.sql', 'Dockerfile', 'bin/verify.sh', 'docker-compose.yml', 'data/t.csv'].map(languageOf)).toEqual([
    'flinksql',
    'dockerfile',
    'shell',
    'yaml',
    'plaintext',
  ]);
});
