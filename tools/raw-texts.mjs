/**
 * `import text from './file.ts?raw'` for Node itself, as Vite and tools/build.ts have it: scripts that run from the
 * source with tsx need it. Use: `node --import tsx --import ./tools/raw-texts.mjs script.ts`.
 */
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';

const SUFFIX = /\?raw$/;

/** Hook of Node's module loader: the text of a file as a module. */
export function load(url, context, nextLoad) {
  if (!SUFFIX.test(url)) return nextLoad(url, context);
  const text = readFileSync(fileURLToPath(url.replace(SUFFIX, '')), 'utf8');
  return { format: 'module', source: `export default ${JSON.stringify(text)};`, shortCircuit: true };
}

/** As above: the query stays, so that `load` sees it. */
export function resolve(specifier, context, nextResolve) {
  if (!SUFFIX.test(specifier) || context.parentURL === undefined) return nextResolve(specifier, context);
  const parent = context.parentURL.replace(SUFFIX, '');
  return { url: new URL(specifier, parent).href, shortCircuit: true };
}

// Loaded twice: by `--import` in the program's thread, where it registers itself, and in the thread of the hooks.
if (!import.meta.url.endsWith('?hooks')) register(`${import.meta.url}?hooks`);
