/**
 * Whether the code that was loaded declares what was read from its text. They differ only when code
 * computes its declaration in a way that the reader took for literal; then the types that the plan was
 * made for are not those of the function, and it must not run.
 */
import { durationMs } from '../base/durations.ts';
import type { LogicalType } from '../data/logical-type.ts';
import { sameType } from '../data/type-rules.ts';
import { typeToString } from '../data/type-text.ts';
import type { Declaration } from './declaration.ts';

type Members = Readonly<Record<string, unknown>>;

/** What differs, a sentence; null when nothing does. `definition` is the value of the compiled script. */
export function declaredDifference(declaration: Declaration, definition: Members): string | null {
  if (definition.form !== declaration.form) return `it is a ${String(definition.form)}, not a ${declaration.form}`;
  const args = namesDiffer('args', declaration.args, definition.args);
  if (args !== null) return args;
  if (declaration.form === 'scalar') return typeDiffers('returns', declaration.returns, definition.returns);
  const returns = namesDiffer('returns', declaration.returns, definition.returns);
  if (returns !== null || declaration.form === 'table') return returns;
  const input = namesDiffer('input', declaration.input ?? [], definition.input);
  return input ?? statesDiffer(declaration, definition.state);
}

function namesDiffer(
  what: string,
  read: readonly { readonly name: string; readonly type: LogicalType }[],
  loaded: unknown,
): string | null {
  const object = (loaded ?? {}) as Members;
  const names = Object.keys(object);
  const expected = read.map((column) => column.name);
  if (names.join('\0') !== expected.join('\0'))
    return `${what} has ${names.join(', ') || 'nothing'}, but ${expected.join(', ') || 'nothing'} was read`;
  for (const { name, type } of read) {
    const difference = typeDiffers(`${what}.${name}`, type, object[name]);
    if (difference !== null) return difference;
  }
  return null;
}

function typeDiffers(what: string, read: LogicalType, loaded: unknown): string | null {
  const type = plainType(loaded, 0);
  if (type !== null && sameType(type, read)) return null;
  return `${what} is ${type === null ? 'no type' : typeToString(type)}, but ${typeToString(read)} was read`;
}

function statesDiffer(declaration: Declaration & { readonly form: 'process' }, loaded: unknown): string | null {
  const states = (loaded ?? {}) as Readonly<Record<string, Members | undefined>>;
  if (Object.keys(states).join('\0') !== declaration.states.map((state) => state.name).join('\0'))
    return `state has ${Object.keys(states).join(', ') || 'nothing'}`;
  for (const { name, kind, key, value, ttlMs } of declaration.states) {
    const state = states[name];
    if (state?.state !== kind) return `state.${name} is not a ${kind}`;
    const difference =
      (key === null ? null : typeDiffers(`state.${name}`, key, state.key)) ??
      typeDiffers(`state.${name}`, value, state.value);
    if (difference !== null) return difference;
    if ((state.ttl === undefined ? 0 : durationMs(String(state.ttl))) !== ttlMs)
      return `state.${name} has the ttl ${String(state.ttl)}`;
  }
  return null;
}

const DEPTH_MAX = 100;

/** The logical type that an object of the library stands for; a copy, because the object is not ours. */
function plainType(loaded: unknown, depth: number): LogicalType | null {
  if (loaded === null || typeof loaded !== 'object' || depth > DEPTH_MAX) return null;
  const { kind, nullable, notNull: _, element, key, value, fields, ...rest } = loaded as Members;
  const copy: Record<string, unknown> = { kind, nullable, ...rest };
  for (const [name, child] of Object.entries({ element, key, value })) {
    if (child === undefined) continue;
    copy[name] = plainType(child, depth + 1);
    if (copy[name] === null) return null;
  }
  if (Array.isArray(fields)) {
    // By number: a method of the object that user code has made would get a function of ours.
    const plain: Members[] = [];
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i] as Members;
      const type = plainType(field.type, depth + 1);
      if (type === null) return null;
      plain.push({ name: field.name, type });
    }
    copy.fields = plain;
  }
  return typeof kind === 'string' ? (copy as unknown as LogicalType) : null;
}
