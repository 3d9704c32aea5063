/** Names of files and of Kubernetes objects, made of names that people chose. */

const NAME_LENGTH_MAX = 60;

const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/** Whether Windows keeps the name for a device, whatever stands behind a dot. */
export function isReservedName(name: string): boolean {
  return RESERVED.test(name);
}

/**
 * A file name: letters, digits, `-` and `_` of ASCII, everything else a `_`. `taken` holds the names in lower case that
 * are in use; a number makes the name its own.
 */
export function safeName(name: string, taken: Set<string>): string {
  const plain = name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, NAME_LENGTH_MAX);
  const base = plain === '' || isReservedName(plain) || plain.startsWith('-') ? `_${plain}` : plain;
  let unique = base;
  for (let i = 2; taken.has(unique.toLowerCase()); i++) unique = `${base}-${i}`;
  taken.add(unique.toLowerCase());
  return unique;
}

/** A name as DNS labels want it: `a-z0-9-`, at most 40 long, beginning with a letter. */
export function dnsName(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return plain === '' ? 'job' : plain;
}

/**
 * Why a path of the project cannot be a path in the bundle, or null. Relative paths inside the project only, without
 * hidden parts and without what other systems take for something else.
 */
export function pathProblem(path: string): string | null {
  const parts = path.split('/');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  if (/[\u0000-\u001f\u007f\\]/.test(path)) return 'it has a backslash or a control character in it';
  if (parts.includes('..')) return 'it leads outside the project';
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'it is absolute';
  if (parts.some((part) => part.startsWith('.') && part !== '.')) return 'a part of it begins with a dot';
  if (parts.some((part) => isReservedName(part.split('.')[0] ?? ''))) return 'Windows keeps such a name for a device';
  return null;
}
