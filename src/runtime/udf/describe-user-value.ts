/** How messages name a value that user code gave. Looks at it without trusting it: a getter may throw. */

const TEXT_MAX = 40;

/** `the number 5`, `the string 'abc'`, `an object with id, city`, `a Promise: functions cannot be asynchronous`. */
export function describeUserValue(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'nothing (undefined): give null for NULL';
    case 'boolean':
    case 'number':
      return `the ${typeof value} ${Object.is(value, -0) ? '-0' : String(value)}`;
    case 'bigint':
      return `the bigint ${cut(`${value}n`)}`;
    case 'string':
      return `the string '${cut(value)}'`;
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    default:
      return value === null ? 'NULL' : describeObject(value as object);
  }
}

/** Whether something is what an `async` function gives. */
export function isPromiseLike(value: unknown): boolean {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  try {
    return typeof (value as { then?: unknown }).then === 'function';
  } catch {
    return false;
  }
}

function describeObject(value: object): string {
  try {
    if (isPromiseLike(value)) return 'a Promise: functions cannot be asynchronous';
    if (Array.isArray(value)) return `an array of ${value.length}`;
    const tag = Object.prototype.toString.call(value).slice(8, -1);
    if (tag !== 'Object') return `${/^[AEIO]/.test(tag) ? 'an' : 'a'} ${tag}`;
    if ('unscaled' in value && 'scale' in value) return `the Decimal ${cut(String(value))}`;
    if ('epochMs' in value && 'nanoOfMs' in value) return `the Timestamp ${cut(String(value))}`;
    const names = Object.keys(value);
    return names.length === 0 ? 'an empty object' : `an object with ${cut(names.join(', '))}`;
  } catch {
    return 'an object that cannot be looked at';
  }
}

function cut(text: string): string {
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text;
}
