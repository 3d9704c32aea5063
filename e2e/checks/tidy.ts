/**
 * Tidiness that no compiler asks for: files that say what they are, rooms with a README, files of a
 * readable length, no default exports, no left-over `.only`, and no clock, random number, timer or
 * process in the rooms whose runs must be repeatable (they have seams for that).
 *
 * Works on a list of files and their text, so that its tests can plant what it must find.
 */
import ts from 'typescript';

/** A file of the project: its path from the root with forward slashes, and its text. */
export interface ProjectFile {
  readonly path: string;
  readonly text: string;
}

/** Something untidy. */
export interface Untidiness {
  readonly path: string;
  readonly message: string;
}

/** Longest file without a reason, in lines. */
export const FILE_LINES_MAX = 400;
/** Longest README of a room, in lines: a screen. */
export const README_LINES_MAX = 60;

/** What the checks need to know besides the files. */
export interface TidyOptions {
  /** Files that are longer than `FILE_LINES_MAX` and may not grow: path → lines. It only ever gets shorter. */
  readonly longFiles: Readonly<Record<string, number>>;
}

/** Everything untidy, in the order of the files. */
export function findUntidiness(files: readonly ProjectFile[], options: TidyOptions): Untidiness[] {
  return [
    ...files.flatMap((file) => untidinessOf(file, options)),
    ...missingReadmes(files),
    ...Object.keys(options.longFiles)
      .filter((path) => !files.some((file) => file.path === path))
      .map((path) => ({ path, message: 'is listed as a long file but is gone: take it off the list' })),
  ];
}

function untidinessOf({ path, text }: ProjectFile, options: TidyOptions): Untidiness[] {
  const messages: string[] = [];
  const isCode = /\.(ts|tsx)$/.test(path);
  const isTest = /\.(test|spec)\.tsx?$/.test(path);
  const isUserCode = USER_CODE.test(path);
  const lineCount = text === '' ? 0 : text.replace(/\n$/, '').split('\n').length;

  // A component's own style sheet is explained by the component beside it.
  if (isCode || (path.endsWith('.css') && !path.endsWith('.module.css'))) {
    if (!isUserCode && !opensWithComment(text))
      messages.push('does not open with a comment that says what it is and why');
  }
  if (isCode) {
    const allowed = options.longFiles[path];
    if (allowed === undefined && lineCount > FILE_LINES_MAX) {
      messages.push(`has ${lineCount} lines, over ${FILE_LINES_MAX}: split it`);
    } else if (allowed !== undefined && lineCount > allowed) {
      messages.push(`has grown from ${allowed} to ${lineCount} lines: split it`);
    } else if (allowed !== undefined && lineCount <= FILE_LINES_MAX) {
      messages.push(`has only ${lineCount} lines now: take it off the list of long files`);
    }
    messages.push(...codeMessages(path, text, isTest));
  }
  // A mark that tests of this check must be able to write themselves.
  if (MACHINE_PATH.test(text) && !path.startsWith('e2e/checks/tidy')) {
    messages.push(`names a path of one machine: ${MACHINE_PATH.exec(text)?.[0].trim() ?? ''}`);
  }
  if (/(^|\/)README\.md$/.test(path) && path !== 'README.md' && lineCount > README_LINES_MAX) {
    messages.push(`has ${lineCount} lines, over ${README_LINES_MAX}: a room's README fits on a screen`);
  }
  return messages.map((message) => ({ path, message }));
}

/** Functions of sample projects and of cases: written as users write them, with the default export that SQL names. */
const USER_CODE = /^(samples\/[\w-]+\/operators|e2e\/flink\/cases\/functions)\//;

const MACHINE_PATH = /(?<=^|[\s'"`(=:])\/(work|root|home\/(?!me\b))[/\w.-]*/m;

function opensWithComment(text: string): boolean {
  const start = text.replace(/^#!.*\n/, '').trimStart();
  return text === '' || start.startsWith('/*') || start.startsWith('//');
}

/** Rooms where the same input must give the same run: the clock and the like come through seams. */
function isRepeatable(path: string): boolean {
  return path.startsWith('src/runtime/') && !path.startsWith('src/runtime/node/') && !/\.test\.ts$/.test(path);
}

const BANNED_NAMES = new Set([
  'process',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'queueMicrotask',
  'fetch',
  'console',
  'performance',
  'document',
  'window',
  'localStorage',
  'crypto',
  'eval',
  'require',
  'XMLHttpRequest',
  'WebSocket',
]);
const BANNED_MEMBERS = new Set(['Date.now', 'Math.random']);

function codeMessages(path: string, text: string, isTest: boolean): string[] {
  const messages: string[] = [];
  const kind = path.endsWith('.tsx') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true, kind);
  const exportsDefault = /(^|\/)[\w-]+\.config\.ts$/.test(path) || USER_CODE.test(path);
  const repeatable = isRepeatable(path);
  const at = (node: ts.Node): number => source.getLineAndCharacterOfPosition(node.getStart()).line + 1;

  const visit = (node: ts.Node): void => {
    if (!exportsDefault && ts.isExportAssignment(node))
      messages.push(`line ${at(node)}: exports by name only, not by default`);
    if (
      !exportsDefault &&
      ts.canHaveModifiers(node) &&
      ts.getModifiers(node)?.some((m) => m.kind === ts.SyntaxKind.DefaultKeyword)
    ) {
      messages.push(`line ${at(node)}: exports by name only, not by default`);
    }
    if (ts.isExportDeclaration(node) && node.exportClause === undefined)
      messages.push(`line ${at(node)}: re-exports a whole file; import that file instead`);
    if (ts.isEnumDeclaration(node)) messages.push(`line ${at(node)}: an enum; use a union of texts`);
    if (
      isTest &&
      ts.isPropertyAccessExpression(node) &&
      node.name.text === 'only' &&
      /^(it|test|describe)$/.test(rootName(node.expression))
    ) {
      messages.push(`line ${at(node)}: \`.only\` hides all other tests`);
    }
    if (repeatable) {
      const banned = bannedUse(node);
      if (banned !== null)
        messages.push(`line ${at(node)}: uses ${banned}, which makes a run unrepeatable; take a seam`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return messages;
}

/** `test` of `test.describe.serial`. */
function rootName(node: ts.Expression): string {
  let current: ts.Expression = node;
  while (ts.isPropertyAccessExpression(current)) current = current.expression;
  return ts.isIdentifier(current) ? current.text : '';
}

/** The banned thing that a node uses, or null. Names that are only property or type names do not count. */
function bannedUse(node: ts.Node): string | null {
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    const member = `${node.expression.text}.${node.name.text}`;
    if (BANNED_MEMBERS.has(member)) return member;
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && (node.arguments ?? []).length === 0)
    return 'new Date()';
  if (!ts.isIdentifier(node) || !BANNED_NAMES.has(node.text)) return null;
  const parent = node.parent;
  const isUse =
    (ts.isPropertyAccessExpression(parent) && parent.expression === node) ||
    (ts.isCallExpression(parent) && parent.expression === node) ||
    (ts.isNewExpression(parent) && parent.expression === node);
  return isUse && !isDeclaredIn(node) ? node.text : null;
}

/** Whether an enclosing function or the file declares the name itself: then it is not the global. */
function isDeclaredIn(identifier: ts.Identifier): boolean {
  const source = identifier.getSourceFile();
  let found = false;
  const visit = (node: ts.Node): void => {
    if (found) return;
    if (
      (ts.isVariableDeclaration(node) ||
        ts.isParameter(node) ||
        ts.isFunctionDeclaration(node) ||
        ts.isImportSpecifier(node) ||
        ts.isBindingElement(node)) &&
      node.name !== undefined &&
      ts.isIdentifier(node.name) &&
      node.name.text === identifier.text
    )
      found = true;
    else ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Folders that are rooms by being there. */
const ROOM_PATTERNS = [
  /^src\/(main|renderer)\//,
  /^src\/runtime\/(?!sql\/)[^/]+\//,
  /^src\/runtime\/sql\/[^/]+\//,
  // An operator or a connector is a place of its own, with a page for its users.
  /^src\/runtime\/(operators|connectors)\/[^/]+\//,
  /^(tools|e2e|bench|samples)\//,
  /^samples\/(?!generate\/)[^/]+\//,
];

function missingReadmes(files: readonly ProjectFile[]): Untidiness[] {
  const rooms = new Set<string>();
  for (const { path } of files) {
    for (const pattern of ROOM_PATTERNS) {
      const room = pattern.exec(path)?.[0];
      if (room !== undefined) rooms.add(room);
    }
  }
  const paths = new Set(files.map((file) => file.path));
  return [...rooms]
    .filter((room) => !paths.has(`${room}README.md`))
    .sort()
    .map((room) => ({ path: room, message: 'is a room without a README.md' }));
}
