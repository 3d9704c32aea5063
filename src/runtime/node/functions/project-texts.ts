/**
 * The texts that functions are made of: what the window holds goes before what is on disk, and nothing
 * outside of the project's folder is ever read, whatever a path or a link in it says.
 */
import { readFile, realpath, stat } from 'node:fs/promises';
import { posix, resolve, sep } from 'node:path';
import { projectPath } from '../../base/project-path.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { problems } from '../../udf/function-problems.ts';
import type { FunctionFile } from '../../udf/project-functions.ts';

/** Why a file is not there for a function. */
interface TextProblem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** Why an import is not allowed or not found. */
export interface ImportRefusal {
  readonly text: string;
  readonly code: string;
  readonly hint?: string;
}

/** Larger files are no code. */
const FILE_BYTES_MAX = 4_000_000;

/** What an import without one of these may stand for. */
const EXTENSIONS = ['.ts', '.js', '.json'];

/** Reads files of one project. */
export class ProjectTexts {
  readonly folder: string;
  readonly #held: ReadonlyMap<string, string>;
  #realFolder: Promise<string> | null = null;

  constructor(folder: string, files: readonly FunctionFile[]) {
    this.folder = folder;
    this.#held = new Map(files.map((file) => [projectPath(file.path), file.text]));
  }

  /** The text of a file of the project. `path` is relative and normalised. */
  async read(path: string): Promise<Result<string, TextProblem>> {
    const held = this.#held.get(path);
    if (held !== undefined) return ok(held);
    if (path.startsWith('/') || path.startsWith('../') || /^[A-Za-z]:/.test(path)) return err(outside(path));
    if (this.folder === '') return err(problems.fileMissing(path, null));
    try {
      const folder = await this.#root();
      const real = await realpath(resolve(folder, path));
      if (!real.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return err(outside(path));
      const facts = await stat(real);
      if (!facts.isFile()) return err(problems.fileMissing(path, null));
      if (facts.size > FILE_BYTES_MAX) return err(problems.tooLarge());
      return ok(await readFile(real, 'utf8'));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return err(problems.fileMissing(path, null));
      const message = `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      return err({ code: 'udf/file-unreadable', message });
    }
  }

  /**
   * The file that an import means. Notes in `inputs` each place that was looked at, so that a file that
   * comes or goes later is noticed.
   */
  async resolveImport(
    specifier: string,
    importer: string,
    inputs: Map<string, string | null>,
  ): Promise<Result<string, ImportRefusal>> {
    if (!/^\.\.?(\/|$)/.test(specifier)) return err(refusal(specifier));
    const path = projectPath(posix.join(posix.dirname(importer), specifier));
    if (path.startsWith('../')) {
      return err({
        text: `'${specifier}' is outside of the project.`,
        code: 'udf/import-outside',
        hint: 'A function may import files of its project only: copy the file into it.',
      });
    }
    const hasExtension = EXTENSIONS.some((extension) => path.endsWith(extension));
    // As TypeScript does: `./a.js` may stand for `a.ts`.
    const candidates = hasExtension
      ? [path, ...(path.endsWith('.js') ? [path.replace(/\.js$/, '.ts')] : [])]
      : EXTENSIONS.map((extension) => path + extension);
    for (const candidate of candidates) {
      const text = await this.read(candidate);
      inputs.set(candidate, text.ok ? text.value : null);
      if (text.ok) return ok(candidate);
      if (text.error.code !== 'udf/file-missing') {
        const { message, ...rest } = text.error;
        return err({ text: message, ...rest });
      }
    }
    return err({
      text: `There is no file ${candidates[0]} in the project.`,
      code: 'udf/file-missing',
      hint: `A function may import .ts, .js and .json files of its project, and 'millrace'.`,
    });
  }

  #root(): Promise<string> {
    this.#realFolder ??= realpath(this.folder);
    return this.#realFolder;
  }
}

function outside(path: string): TextProblem {
  return {
    code: 'udf/import-outside',
    message: `${path} is outside of the project.`,
    hint: 'A function may be made of files of its project only: copy the file into it.',
  };
}

const NODE_NAMES =
  /^(node:|(fs|path|os|http|https|net|crypto|child_process|worker_threads|util|stream|events|buffer)(\/|$))/;

function refusal(specifier: string): ImportRefusal {
  if (NODE_NAMES.test(specifier)) {
    return {
      text: `'${specifier}' cannot be imported: functions have no access to files, network and system.`,
      code: 'udf/import',
      hint: 'What a function needs of the world comes as a table of the script, so that a run can be repeated.',
    };
  }
  if (/^(\/|[A-Za-z]:|file:|https?:|data:)/.test(specifier)) {
    return {
      text: `'${specifier}' cannot be imported: only files of the project can.`,
      code: 'udf/import',
      hint: 'Write a path that starts with ./ or ../',
    };
  }
  return {
    text: `The package '${specifier}' cannot be imported: a function may import 'millrace' and files of its project.`,
    code: 'udf/import',
    hint: 'Copy what you need of it into a file beside the function.',
  };
}
