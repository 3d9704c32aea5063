/**
 * JSON paths as Jayway JsonPath reads them: `$.a.b[0]`, `['x']`, `[*]`, `..name`, `[1:3]`, `[-1]`,
 * `[?(@.price < 10)]`. A path that may give several values gives a list of them.
 */
import { type JsonNode, JsonNumber, type JsonObject } from './json-tree.ts';

type Step =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'all' }
  | { readonly kind: 'deep' }
  | { readonly kind: 'filter'; readonly test: (node: JsonNode) => boolean };

/** A path taken apart. `definite`: it names at most one place. */
export interface JsonPath {
  readonly steps: readonly Step[];
  readonly definite: boolean;
}

const cache = new Map<string, JsonPath | null>();

/** The path of a text; `undefined` when it is none. */
export function parseJsonPath(text: string): JsonPath | undefined {
  let path = cache.get(text);
  if (path === undefined) {
    if (cache.size > 500) cache.clear();
    path = read(text.trim());
    cache.set(text, path);
  }
  return path ?? undefined;
}

const NAME = /^\.([^.[\]()?*'"\s]+)/;
const BRACKET_NAMES =
  /^\[\s*((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:\s*,\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))*)\s*\]/;
const INDEXES = /^\[\s*(-?\d+(?:\s*,\s*-?\d+)*)\s*\]/;
const SLICE = /^\[\s*(-?\d*)\s*:\s*(-?\d*)\s*\]/;
const FILTER =
  /^\[\?\(\s*@((?:\.[\w$-]+|\['[^']*'\])*)\s*(?:(==|!=|<=|>=|<|>)\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|-?[\d.eE+]+|true|false|null))?\s*\)\]/;

function read(text: string): JsonPath | null {
  if (!text.startsWith('$')) return null;
  const steps: Step[] = [];
  let rest = text.slice(1);
  let definite = true;
  while (rest !== '') {
    const [step, length, single] = readStep(rest) ?? [];
    if (step === undefined || length === undefined) return null;
    definite &&= single === true;
    steps.push(step);
    rest = rest.slice(length);
  }
  return { steps, definite };
}

function readStep(rest: string): readonly [step: Step, length: number, single: boolean] | undefined {
  if (rest.startsWith('..')) {
    // `..name` is every descendant, then the name; `..*` every descendant's children.
    return rest.length > 2 ? [{ kind: 'deep' }, rest[2] === '[' ? 2 : 1, false] : undefined;
  }
  if (rest.startsWith('.*')) return [{ kind: 'all' }, 2, false];
  const name = NAME.exec(rest);
  if (name !== null) return [{ kind: 'names', names: [name[1] ?? ''] }, name[0].length, true];
  const star = /^\[\s*\*\s*\]/.exec(rest);
  if (star !== null) return [{ kind: 'all' }, star[0].length, false];
  const names = BRACKET_NAMES.exec(rest);
  if (names !== null) {
    const list = (names[1] ?? '').match(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g) ?? [];
    return [{ kind: 'names', names: list.map(unquote) }, names[0].length, list.length === 1];
  }
  const indexes = INDEXES.exec(rest);
  if (indexes !== null) {
    const list = (indexes[1] ?? '').split(',').map(Number);
    return [{ kind: 'indexes', indexes: list }, indexes[0].length, list.length === 1];
  }
  const slice = SLICE.exec(rest);
  if (slice !== null) {
    const bound = (s: string | undefined): number | undefined => (s === undefined || s === '' ? undefined : Number(s));
    return [{ kind: 'slice', from: bound(slice[1]), to: bound(slice[2]) }, slice[0].length, false];
  }
  const filter = FILTER.exec(rest);
  if (filter !== null)
    return [{ kind: 'filter', test: filterTest(filter[1] ?? '', filter[2], filter[3]) }, filter[0].length, false];
  return undefined;
}

function unquote(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/g, '$1');
}

function filterTest(
  path: string,
  operator: string | undefined,
  literal: string | undefined,
): (node: JsonNode) => boolean {
  const inner = parseJsonPath(`$${path}`);
  if (inner === undefined) return () => false;
  const [c = ''] = literal ?? '';
  const right =
    literal === undefined
      ? undefined
      : c === "'" || c === '"'
        ? unquote(literal)
        : literal === 'true'
          ? true
          : literal === 'false'
            ? false
            : literal === 'null'
              ? null
              : Number(literal);
  return (node) => {
    const found = evaluatePath(inner, node);
    if (operator === undefined) return found !== undefined;
    const left = found instanceof JsonNumber ? Number(found.text) : found;
    if (operator === '==') return left === right;
    if (operator === '!=') return left !== right;
    if (typeof left !== typeof right || left === null || left === undefined || right === undefined || right === null)
      return false;
    return operator === '<'
      ? left < right
      : operator === '<='
        ? left <= right
        : operator === '>'
          ? left > right
          : left >= right;
  };
}

const isObject = (node: JsonNode): node is JsonObject => node instanceof Map;
const isArray = (node: JsonNode): node is readonly JsonNode[] => Array.isArray(node);

/** The value at a path; `undefined` when a definite path leads nowhere. Indefinite paths give a list. */
export function evaluatePath(path: JsonPath, root: JsonNode): JsonNode | undefined {
  let nodes: JsonNode[] = [root];
  let definite = true;
  for (const step of path.steps) {
    nodes = nodes.flatMap((node) => children(step, node));
    // What a definite step does not find is missing, whatever the path asks of it.
    definite &&=
      (step.kind === 'names' && step.names.length === 1) || (step.kind === 'indexes' && step.indexes.length === 1);
    if (definite && nodes.length === 0) return undefined;
  }
  return path.definite ? nodes[0] : nodes;
}

function children(step: Step, node: JsonNode): readonly JsonNode[] {
  switch (step.kind) {
    case 'names': {
      if (!isObject(node)) return [];
      return step.names.flatMap((name) => {
        const child = node.get(name);
        return child === undefined ? [] : [child];
      });
    }
    case 'indexes':
      if (!isArray(node)) return [];
      return step.indexes.flatMap((i) => {
        const child = node[i < 0 ? node.length + i : i];
        return child === undefined ? [] : [child];
      });
    case 'slice':
      return isArray(node) ? node.slice(step.from, step.to) : [];
    case 'all':
      return isArray(node) ? node : isObject(node) ? [...node.values()] : [];
    case 'deep':
      return descendants(node);
    case 'filter':
      return isArray(node) ? node.filter(step.test) : step.test(node) ? [node] : [];
  }
}

function descendants(node: JsonNode): readonly JsonNode[] {
  const below = isArray(node) ? node : isObject(node) ? [...node.values()] : [];
  return [node, ...below.flatMap(descendants)];
}
