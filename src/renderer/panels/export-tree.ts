/** The files of a bundle as lines of a tree: folders that hold only one folder are one line, files stand below theirs. */

/** A file, as far as the tree shows it. */
export interface TreeFile {
  readonly path: string;
}

/** One line. */
export interface TreeLine<F extends TreeFile> {
  readonly kind: 'folder' | 'file';
  /** From the root; of a folder without the last slash. */
  readonly path: string;
  /** What the line says: the last part, or several for folders in folders. */
  readonly name: string;
  readonly depth: number;
  /** Null for folders. */
  readonly file: F | null;
}

interface Folder<F extends TreeFile> {
  readonly folders: Map<string, Folder<F>>;
  readonly files: { readonly name: string; readonly file: F }[];
}

/** The lines, folders before files, both in the order of the list. */
export function treeLines<F extends TreeFile>(files: readonly F[]): TreeLine<F>[] {
  const root: Folder<F> = { folders: new Map(), files: [] };
  for (const file of files) {
    const parts = file.path.split('/').filter((part) => part !== '' && part !== '.');
    let at = root;
    for (const part of parts.slice(0, -1)) {
      const next = at.folders.get(part) ?? { folders: new Map(), files: [] };
      at.folders.set(part, next);
      at = next;
    }
    at.files.push({ name: parts[parts.length - 1] ?? file.path, file });
  }
  const lines: TreeLine<F>[] = [];
  add(root, '', 0, lines);
  return lines;
}

function add<F extends TreeFile>(folder: Folder<F>, path: string, depth: number, lines: TreeLine<F>[]): void {
  for (const [first, content] of folder.folders) {
    let name = first;
    let inner = content;
    while (inner.files.length === 0 && inner.folders.size === 1) {
      const [[next, only] = ['', inner]] = inner.folders;
      name += `/${next}`;
      inner = only;
    }
    const own = path === '' ? name : `${path}/${name}`;
    lines.push({ kind: 'folder', path: own, name, depth, file: null });
    add(inner, own, depth + 1, lines);
  }
  for (const { name, file } of folder.files) lines.push({ kind: 'file', path: file.path, name, depth, file });
}

/** The name that an editor's languages have for a file; plain text for what is not known. */
export function languageOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name === 'Dockerfile') return 'dockerfile';
  const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  return LANGUAGES[ending] ?? 'plaintext';
}

const LANGUAGES: Readonly<Record<string, string>> = {
  sql: 'flinksql',
  java: 'java',
  js: 'javascript',
  md: 'markdown',
  sh: 'shell',
  xml: 'xml',
  yaml: 'yaml',
  yml: 'yaml',
};
