/**
 * The recordings in a project's folder: listed, deleted, named. Nothing here trusts what lies on the disk:
 * only a folder that looks like one of ours is opened or deleted, and only directly inside the folder asked
 * about.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { err, type Failure, ok, type Result } from '../../base/result.ts';
import type { CommandOut } from '../../contract/contract.ts';
import type { EngineContract } from '../../contract/engine-contract.ts';
import { loadRecording } from '../../recording/load-recording.ts';
import { LevelStore } from '../host/level-store.ts';

/** A line of the list. */
export type RecordingLink = CommandOut<EngineContract, 'recordings.list'>['recordings'][number];

/** A line of the list, and what decides `isSameScript`. */
export interface KnownLink {
  readonly link: Omit<RecordingLink, 'isSameScript'>;
  readonly script: string;
}

/** What is known of a recording without opening it: a worker of this process has it open. */
export interface OpenRecordings {
  /** The line of a recording that is open here, by its real path, and its script; null when it is not open. */
  linkOf(realFolder: string): KnownLink | null;
}

/** Recordings that are looked at for a list, the newest first: opening one takes some milliseconds. */
const LISTED_MAX = 200;

/** Lists and deletes recordings, one question after the other, so that no two open one database. */
export class RecordingsOnDisk {
  readonly #open: OpenRecordings;
  /** What was read of recordings that have not changed since, by folder. */
  readonly #known = new Map<string, KnownLink & { readonly stamp: string }>();
  #busy: Promise<unknown> = Promise.resolve();

  constructor(open: OpenRecordings) {
    this.#open = open;
  }

  /** Runs `task` while no list is being made: a database can be open only once. */
  exclusively<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#busy.then(task);
    this.#busy = result.catch(() => {});
    return result;
  }

  /** Recordings in `folder`, newest first; none when it is not there. */
  list(folder: string, script: string): Promise<RecordingLink[]> {
    return this.exclusively(async () => {
      const links: RecordingLink[] = [];
      for (const each of recordingFolders(folder).slice(0, LISTED_MAX)) links.push(await this.#linkOf(each, script));
      return links.sort((a, b) => b.startedAtMs - a.startedAtMs);
    });
  }

  /** Deletes one recording, or all but the newest `keepCount`. Those that are open stay. */
  delete(folder: string, which: { readonly path: string | null; readonly keepCount: number | null }) {
    return this.exclusively(async (): Promise<CommandOut<EngineContract, 'recordings.delete'>> => {
      const all = recordingFolders(folder);
      let doomed: readonly string[];
      if (which.path !== null) {
        const wanted = realPath(which.path);
        doomed = all.filter((each) => each === wanted);
        if (doomed.length === 0) {
          const message = `There is no recording ${which.path} in ${folder}.`;
          return { deletedCount: 0, failure: { message, hint: 'Refresh the list: it may be gone already.' } };
        }
        if (!(await this.#isFree(doomed[0] ?? ''))) {
          const message = 'This recording is open.';
          return { deletedCount: 0, failure: { message, hint: 'Close its view or stop its run first.' } };
        }
      } else if (which.keepCount !== null) {
        const old = all.slice(Math.max(0, which.keepCount));
        const areFree = await Promise.all(old.map((each) => this.#isFree(each)));
        doomed = old.filter((_, place) => areFree[place]);
      } else doomed = [];
      let deletedCount = 0;
      for (const each of doomed) {
        const removed = remove(each);
        if (!removed.ok) {
          return { deletedCount, failure: { message: removed.error.message, hint: 'Check the folder permissions.' } };
        }
        this.#known.delete(each);
        deletedCount += 1;
      }
      return { deletedCount, failure: null };
    });
  }

  /** Whether nobody has it open, here or in another window or program. */
  async #isFree(folder: string): Promise<boolean> {
    if (this.#open.linkOf(folder) !== null) return false;
    const store = await LevelStore.open(folder);
    if (!store.ok) return store.error.retry !== 'later';
    await store.value.close();
    return true;
  }

  async #linkOf(folder: string, script: string): Promise<RecordingLink> {
    const { link, script: own } = await this.#read(folder);
    return { ...link, isSameScript: own === script };
  }

  async #read(folder: string): Promise<KnownLink> {
    const open = this.#open.linkOf(folder);
    if (open !== null) return open;
    const stamp = stampOf(folder);
    const known = this.#known.get(folder);
    if (known?.stamp === stamp) return known;
    const read = await readLink(folder);
    // Opening a database writes into it.
    if (read.link.damage === null) this.#known.set(folder, { stamp: stampOf(folder), ...read });
    return read;
  }
}

/** Names that were given away last: their folders may not be made yet, and another window may ask meanwhile. */
const given = new Set<string>();
const GIVEN_MAX = 100;

/** A new recording's folder: names sort by time. The folder is not made yet. */
export function newRecordingFolder(folder: string, nowMs: number): string {
  const stem = new Date(nowMs).toISOString().replaceAll(':', '-').replace('Z', '');
  for (let count = 1; ; count++) {
    const name = path.join(folder, count === 1 ? stem : `${stem}-${count}`);
    if (given.has(name) || fs.existsSync(name)) continue;
    given.add(name);
    for (const oldest of given) {
      if (given.size <= GIVEN_MAX) break;
      given.delete(oldest);
    }
    return name;
  }
}

/** Real path, or null when there is no such file. */
export function realPath(file: string): string | null {
  try {
    return fs.realpathSync(file);
  } catch {
    return null;
  }
}

/** Folders directly in `folder` that look like recordings, newest name first, by real path. */
function recordingFolders(folder: string): string[] {
  const real = realPath(folder);
  if (real === null) return [];
  try {
    return fs
      .readdirSync(real, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && looksLikeRecording(path.join(real, entry.name)))
      .map((entry) => path.join(real, entry.name))
      .sort()
      .reverse();
  } catch {
    return [];
  }
}

/** What every recording has, whole or cut short by a crash, and nothing but that. */
function looksLikeRecording(folder: string): boolean {
  try {
    const isOurs = fs.readdirSync(folder).every((name) => name === 'store' || name === 'witness');
    return isOurs && fs.existsSync(path.join(folder, 'store', 'CURRENT'));
  } catch {
    // One that may not be looked at, or went away, keeps none of the others from being seen.
    return false;
  }
}

async function readLink(folder: string): Promise<KnownLink> {
  const link = {
    path: folder,
    startedAtMs: fs.statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0,
    status: 'failed' as const,
    rowCount: 0,
    sizeBytes: sizeOf(folder),
  };
  const store = await LevelStore.open(folder);
  if (!store.ok) return { link: { ...link, damage: store.error.message }, script: '' };
  try {
    // A list is no place for reading everything; opening the recording does.
    const loaded = await loadRecording(store.value, { check: 'as used' });
    if (!loaded.ok) return { link: { ...link, damage: loaded.error.message }, script: '' };
    const { header, manifest } = loaded.value;
    return {
      script: header.script,
      link: {
        ...link,
        startedAtMs: header.startMs,
        // Nobody runs it any more, so it was cut off.
        status: manifest.status === 'running' || manifest.status === 'paused' ? 'failed' : manifest.status,
        rowCount: manifest.rowCount,
        damage: null,
      },
    };
  } finally {
    await store.value.close();
  }
}

function remove(folder: string): Result<void, Failure> {
  try {
    fs.rmSync(path.join(folder, 'store'), { recursive: true, force: true });
    fs.rmSync(path.join(folder, 'witness'), { force: true });
    fs.rmdirSync(folder);
    return ok(undefined);
  } catch (error) {
    const message = `${folder} could not be deleted: ${error instanceof Error ? error.message : String(error)}.`;
    return err({ domain: 'recording', message, retry: 'later' });
  }
}

/** Changes whenever the database does. */
function stampOf(folder: string): string {
  const facts = (name: string): string => {
    try {
      const { mtimeMs, size } = fs.statSync(path.join(folder, name));
      return `${mtimeMs}:${size}`;
    } catch {
      return '';
    }
  };
  return `${facts('witness')} ${facts('store')} ${facts('store/CURRENT')}`;
}

function sizeOf(folder: string): number {
  let sizeBytes = 0;
  try {
    const store = path.join(folder, 'store');
    for (const name of fs.readdirSync(store)) sizeBytes += fs.statSync(path.join(store, name)).size;
  } catch {
    // A file that went away while counting is not worth an error.
  }
  return sizeBytes;
}
