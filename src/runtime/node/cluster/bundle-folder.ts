/**
 * Between an export and the disk: reads what a script reads, inside its own folder only, and writes a list of files,
 * inside the chosen folder only and never over what somebody else has written there.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { err, ok, type Result } from '../../base/result.ts';
import type { BytesFile, ExportFile } from '../../export/export-file.ts';
import { pathProblem } from '../../export/writers/names.ts';

/** Bytes of all inputs together: a bundle is no place for a data lake. */
const INPUT_BYTES_MAX = 256 * 1024 * 1024;
const INPUT_COUNT_MAX = 10_000;

/** The files behind these paths, folders with all that is in them. Links out of the folder are refused. */
export function readInputs(folder: string, paths: readonly string[]): Result<BytesFile[], string> {
  const files = new Map<string, Uint8Array>();
  let sizeBytes = 0;
  const home = fs.realpathSync(folder);
  const waiting = [...paths];
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    // What is wrong with the path itself is said by the export.
    if (pathProblem(name) !== null) continue;
    try {
      const real = fs.realpathSync(path.join(folder, name));
      if (!isInside(home, real)) return err(`${name} is a link that leads outside the project.`);
      const stats = fs.statSync(real);
      if (stats.isDirectory()) {
        // The connector leaves these out, too.
        const children = fs.readdirSync(real).filter((child) => !/^[._]/.test(child));
        waiting.push(...children.sort().map((child) => `${name?.replace(/\/+$/, '')}/${child}`));
      } else {
        sizeBytes += stats.size;
        if (sizeBytes > INPUT_BYTES_MAX)
          return err(`The data is larger than ${INPUT_BYTES_MAX / 1024 / 1024} MB: export a smaller piece of it.`);
        if (files.size >= INPUT_COUNT_MAX) return err(`There are more than ${INPUT_COUNT_MAX} files of data.`);
        files.set(path.posix.normalize(name), fs.readFileSync(real));
      }
    } catch (error) {
      return err(`${name} cannot be read: ${reasonOf(error)}`);
    }
  }
  return ok([...files].map(([name, bytes]) => ({ path: name, bytes })));
}

/** The list of what an export has written, with sums: the next export may write over these and over nothing else. */
const RECORD_FILE = 'bundle.json';
/** Raised with every change of its shape. History: 1 the first. */
const RECORD_FORMAT = 1;

/** How to write. */
export interface WriteOptions {
  /** Also over files that an export did not write, or that were changed since. */
  readonly isForced: boolean;
}

/** Why nothing was written. */
export interface WriteRefusal {
  readonly message: string;
  /** It would be written with `isForced`. */
  readonly canForce: boolean;
}

/** Writes files into a folder, all or (when one of them must not be written) none. */
export function writeFolder(
  folder: string,
  files: readonly ExportFile[],
  options: WriteOptions,
): Result<void, WriteRefusal> {
  const no = (message: string): Result<never, WriteRefusal> => err({ message, canForce: false });
  try {
    fs.mkdirSync(folder, { recursive: true });
    const home = fs.realpathSync(folder);
    const written = recordOf(home);
    const taken = new Set<string>();
    const targets = files.map((file) => ({ ...file, content: contentOf(file) }));
    for (const { path: name } of targets) {
      if (pathProblem(name) !== null || name === RECORD_FILE) return no(`${name} is no path of a bundle.`);
      // Two files that some disks take for one.
      if (taken.has(name.toLowerCase())) return no(`${name} would be written twice.`);
      taken.add(name.toLowerCase());
      const refusal = refusalOf(home, name, written, options);
      if (refusal !== null) return err(refusal);
    }
    if (!options.isForced && written === null && fs.existsSync(path.join(home, RECORD_FILE))) {
      const message = `${path.join(folder, RECORD_FILE)} was not written by an export.`;
      return err({ message, canForce: true });
    }
    const sums: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const file of targets) {
      const target = path.join(home, file.path);
      fs.mkdirSync(path.dirname(target), { recursive: true });
      // Never through a link: a file that is there goes first.
      fs.rmSync(target, { force: true });
      fs.writeFileSync(target, file.content, {
        flag: 'wx',
        mode: 'isProgram' in file && file.isProgram === true ? 0o755 : 0o644,
      });
      sums[file.path] = sumOf(file.content);
    }
    fs.rmSync(path.join(home, RECORD_FILE), { force: true });
    const record = { format: RECORD_FORMAT, files: sums };
    fs.writeFileSync(path.join(home, RECORD_FILE), `${JSON.stringify(record, null, 2)}\n`, { flag: 'wx' });
    return ok(undefined);
  } catch (error) {
    return no(`The folder ${folder} cannot be written: ${reasonOf(error)}`);
  }
}

/** Why a file may not be written, or null. */
function refusalOf(
  home: string,
  name: string,
  written: ReadonlyMap<string, string> | null,
  { isForced }: WriteOptions,
): WriteRefusal | null {
  let at = home;
  const parts = name.split('/');
  for (const [index, part] of parts.entries()) {
    at = path.join(at, part);
    const stats = fs.lstatSync(at, { throwIfNoEntry: false });
    if (stats === undefined) return null;
    const isLast = index === parts.length - 1;
    if (!isLast && !stats.isDirectory()) return { message: `${at} is no folder.`, canForce: false };
    if (!isLast) continue;
    if (stats.isDirectory()) return { message: `${at} is a folder.`, canForce: false };
    if (isForced) return null;
    if (!stats.isFile() || written?.get(name) === undefined) {
      return { message: `${at} is there already and was not written by an export.`, canForce: true };
    }
    if (written.get(name) !== sumOf(fs.readFileSync(at))) {
      return { message: `${at} was changed since it was exported.`, canForce: true };
    }
  }
  return null;
}

/** What an earlier export says it has written; `null` when there was none. */
function recordOf(home: string): ReadonlyMap<string, string> | null {
  try {
    const read: unknown = JSON.parse(fs.readFileSync(path.join(home, RECORD_FILE), 'utf8'));
    if (typeof read !== 'object' || read === null || !('format' in read) || read.format !== RECORD_FORMAT) return null;
    if (!('files' in read) || typeof read.files !== 'object' || read.files === null) return null;
    return new Map(
      Object.entries(read.files).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return null;
  }
}

function contentOf(file: ExportFile): Uint8Array {
  return 'text' in file ? Buffer.from(file.text, 'utf8') : file.bytes;
}

function sumOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function isInside(home: string, real: string): boolean {
  const relative = path.relative(home, real);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
