/**
 * The journal of unsaved work: one file per project under userData/drafts, written while the user
 * types, cleared when the work is saved or given up. After a kill the drafts are still there and
 * are offered: for a project with a path when it is opened, for a never-saved one in the welcome list.
 *
 * The current never-saved project writes `untitled.json`. At start a left-over one is set aside
 * under a number of its own, so that a new untitled project cannot overwrite it.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import * as z from 'zod/mini';
import type { OperatorFile, OperatorFileEdit } from './operator-files.ts';
import type { ProjectLink } from './project-link.ts';

const draftShape = z.object({
  version: z.literal(1),
  path: z.nullable(z.string()),
  text: z.string(),
  layoutText: z.nullable(z.string()),
  /** Absent in drafts of older versions. */
  files: z.optional(z.array(z.object({ path: z.string(), text: z.nullable(z.string()) }))),
  savedAtMs: z.number(),
});
type Draft = z.infer<typeof draftShape>;

/** Recovered work, as the workspace contract has it. */
export interface RecoveredDraft {
  readonly text: string;
  readonly layoutText: string | null;
  /** TypeScript files with unsaved changes. */
  readonly files: OperatorFileEdit[];
  readonly savedAtMs: number;
}

const UNTITLED_FILE = 'untitled.json';
const UNTITLED_PREFIX = 'untitled:';

/** Whether a project path names a set-aside draft of a never-saved project. */
export function isUntitledDraftPath(path: string): boolean {
  return path.startsWith(UNTITLED_PREFIX);
}

/** The journal. */
export class DraftJournal {
  readonly #folder: string;
  readonly #nowMs: () => number;

  constructor(userDataFolder: string, nowMs: () => number = Date.now) {
    this.#folder = join(userDataFolder, 'drafts');
    this.#nowMs = nowMs;
    mkdirSync(this.#folder, { recursive: true });
    const left = this.#read(UNTITLED_FILE);
    if (left !== null) renameSync(join(this.#folder, UNTITLED_FILE), join(this.#folder, asideFile(left.savedAtMs)));
  }

  /** Keeps the work of a project (`path` null: the never-saved one). */
  write(path: string | null, text: string, layoutText: string | null, files: readonly OperatorFileEdit[] = []): void {
    const draft: Draft = { version: 1, path, text, layoutText, files: [...files], savedAtMs: this.#nowMs() };
    writeFileAtomic.sync(join(this.#folder, draftFile(path)), JSON.stringify(draft));
  }

  clear(path: string | null): void {
    rmSync(join(this.#folder, draftFile(path)), { force: true });
  }

  clearUntitled(untitledPath: string): void {
    const file = fileOfUntitled(untitledPath);
    if (file !== null) rmSync(join(this.#folder, file), { force: true });
  }

  /** The draft of a project, unless it says what is on disk already. */
  find(
    path: string,
    text: string,
    layoutText: string | null,
    files: readonly OperatorFile[] = [],
  ): RecoveredDraft | null {
    const draft = this.#read(draftFile(path));
    if (draft === null || draft.path !== path) return null;
    const recovered = recoveredDraft(draft);
    const hasNewFiles = recovered.files.some(
      (file) => (files.find((onDisk) => onDisk.path === file.path)?.text ?? null) !== file.text,
    );
    const isSame = draft.text === text && (draft.layoutText ?? '') === (layoutText ?? '') && !hasNewFiles;
    return isSame ? null : recovered;
  }

  /** Takes a set-aside draft as the current never-saved project. */
  adoptUntitled(untitledPath: string): RecoveredDraft | null {
    const file = fileOfUntitled(untitledPath);
    const draft = file === null ? null : this.#read(file);
    if (file === null || draft === null) return null;
    renameSync(join(this.#folder, file), join(this.#folder, UNTITLED_FILE));
    return recoveredDraft(draft);
  }

  /** What earlier sessions left, newest first. The current never-saved project is not among them. */
  list(): ProjectLink[] {
    const links: ProjectLink[] = [];
    for (const file of readdirSync(this.#folder)) {
      if (!file.endsWith('.json') || file === UNTITLED_FILE) continue;
      const draft = this.#read(file);
      if (draft === null) continue;
      const { path, savedAtMs } = draft;
      links.push({
        path: path ?? `${UNTITLED_PREFIX}${savedAtMs}`,
        name: path === null ? 'Untitled' : basename(path) === 'job.sql' ? basename(dirname(path)) : basename(path),
        description: path === null ? 'Never saved' : dirname(path),
        openedAtMs: savedAtMs,
        exists: path === null || existsSync(path),
      });
    }
    return links.sort((a, b) => b.openedAtMs - a.openedAtMs);
  }

  #read(file: string): Draft | null {
    try {
      return draftShape.parse(JSON.parse(readFileSync(join(this.#folder, file), 'utf8')));
    } catch {
      return null;
    }
  }
}

function recoveredDraft({ text, layoutText, files, savedAtMs }: Draft): RecoveredDraft {
  return { text, layoutText, files: files ?? [], savedAtMs };
}

function draftFile(path: string | null): string {
  if (path === null) return UNTITLED_FILE;
  return `${createHash('sha256').update(path).digest('hex').slice(0, 24)}.json`;
}

function asideFile(savedAtMs: number): string {
  return `untitled-${savedAtMs}.json`;
}

/** The file of a set-aside draft; only a number is taken from the path, so nothing else can be named. */
function fileOfUntitled(untitledPath: string): string | null {
  const match = /^untitled:(\d{1,16})$/.exec(untitledPath);
  return match?.[1] === undefined ? null : asideFile(Number(match[1]));
}
