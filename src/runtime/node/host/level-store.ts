/**
 * LevelDB behind the ordered-store seam, with a witness. LevelDB drops damaged records without a word, also
 * the newest ones, after which an older state looks complete. So every batch also counts itself, and the
 * count is written to a small file beside the database after the batch was accepted: a database that knows
 * of fewer batches than its witness has lost something, and says so.
 *
 *   FOLDER/store/    the database
 *   FOLDER/witness   two slots of 16 bytes, written in turn: magic, count, CRC-32C
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ClassicLevel } from 'classic-level';
import { assert } from '../../base/assert.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { crc32c } from '../../data/crc32.ts';
import type { OrderedStore, StoreOperation } from '../../seams/ordered-store.ts';

const SLOT_BYTES = 16;
const MAGIC = 0x4d525754;
/** Behind all keys that users of the store may have: these begin with a letter. */
const COUNT_KEY = Uint8Array.of(255);

type Level = ClassicLevel<Uint8Array, Uint8Array>;

/** An ordered store in a folder of its own. */
export class LevelStore implements OrderedStore {
  readonly #level: Level;
  readonly #witness: number;
  #count: number;

  private constructor(level: Level, witness: number, count: number) {
    this.#level = level;
    this.#witness = witness;
    this.#count = count;
  }

  /** Makes a new store; the folder must be new or empty. */
  static async create(folder: string): Promise<Result<LevelStore>> {
    try {
      fs.mkdirSync(folder, { recursive: true });
      if (fs.readdirSync(folder).length > 0) return failure(`The folder ${folder} is not empty`, 'never');
      const level = await openLevel(folder, true);
      const witness = fs.openSync(path.join(folder, 'witness'), 'w+');
      for (const place of [0, 1]) writeSlot(witness, place, 0);
      return ok(new LevelStore(level, witness, 0));
    } catch (error) {
      return failureOf(folder, error);
    }
  }

  /** Opens a store that is there. A failure names what is lost or damaged. */
  static async open(folder: string): Promise<Result<LevelStore>> {
    let witness: number | null = null;
    let level: Level | null = null;
    try {
      if (!fs.existsSync(path.join(folder, 'store'))) return failure(`There is no recording in ${folder}`, 'never');
      const link = linkIn(folder);
      if (link !== null) return failure(`${link} is a link, which no recording has`, 'never');
      witness = fs.openSync(path.join(folder, 'witness'), 'r+');
      const counts = readSlots(witness);
      if (counts === null) return failure(`The file ${path.join(folder, 'witness')} is damaged`, 'never');
      level = await openLevel(folder, false);
      const count = countOf(await level.get(COUNT_KEY));
      const witnessed = Math.max(...counts);
      if (count < witnessed) {
        return failure(`The store ${folder} has lost data: it has ${count} of ${witnessed} batches`, 'never');
      }
      const store = new LevelStore(level, witness, count);
      witness = null;
      level = null;
      return ok(store);
    } catch (error) {
      return failureOf(folder, error);
    } finally {
      if (witness !== null) fs.closeSync(witness);
      await level?.close();
    }
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#level.get(key);
  }

  async batch(operations: readonly StoreOperation[], options: { readonly sync: boolean }): Promise<void> {
    // The next batch may begin before this one is in: each has its own number.
    this.#count += 1;
    const count = this.#count;
    const value = new Uint8Array(8);
    new DataView(value.buffer).setFloat64(0, count);
    await this.#level.batch(
      [
        ...operations.map((operation) =>
          operation.kind === 'put'
            ? ({ type: 'put', key: operation.key, value: operation.value } as const)
            : ({ type: 'del', key: operation.key } as const),
        ),
        { type: 'put', key: COUNT_KEY, value },
      ],
      { sync: options.sync },
    );
    writeSlot(this.#witness, count % 2, count);
  }

  async scan(
    from: Uint8Array,
    to: Uint8Array,
    countMax: number,
  ): Promise<ReadonlyArray<readonly [Uint8Array, Uint8Array]>> {
    return this.#level.iterator({ gte: from, lt: to, limit: countMax }).all();
  }

  async close(): Promise<void> {
    await this.#level.close();
    fs.closeSync(this.#witness);
  }
}

/** A link in the place of a part of a store, which opening it would write through; null when there is none. */
function linkIn(folder: string): string | null {
  const store = path.join(folder, 'store');
  const parts = [store, path.join(folder, 'witness')];
  const isLink = (file: string): boolean => fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const link = parts.find(isLink);
  if (link !== undefined) return link;
  const inside = fs.readdirSync(store, { withFileTypes: true }).find((entry) => entry.isSymbolicLink());
  return inside === undefined ? null : path.join(store, inside.name);
}

async function openLevel(folder: string, isNew: boolean): Promise<Level> {
  // Only when needed: the rest of the command line works where the native module is not there.
  const { ClassicLevel } = await import('classic-level');
  const level: Level = new ClassicLevel(path.join(folder, 'store'), {
    keyEncoding: 'view',
    valueEncoding: 'view',
    createIfMissing: isNew,
    errorIfExists: isNew,
  });
  await level.open();
  return level;
}

function writeSlot(witness: number, place: number, count: number): void {
  const slot = new Uint8Array(SLOT_BYTES);
  const view = new DataView(slot.buffer);
  view.setUint32(0, MAGIC);
  view.setFloat64(4, count);
  view.setUint32(12, crc32c(slot.subarray(0, 12)));
  const written = fs.writeSync(witness, slot, 0, SLOT_BYTES, place * SLOT_BYTES);
  assert(written === SLOT_BYTES, 'a slot of the witness is written whole');
}

/** Counts of both slots, or `null` when one is damaged: 16 bytes are never written by halves. */
function readSlots(witness: number): readonly number[] | null {
  const bytes = new Uint8Array(2 * SLOT_BYTES);
  if (fs.fstatSync(witness).size !== bytes.length || fs.readSync(witness, bytes, 0, bytes.length, 0) !== bytes.length) {
    return null;
  }
  const counts: number[] = [];
  for (const place of [0, 1]) {
    const slot = bytes.subarray(place * SLOT_BYTES, (place + 1) * SLOT_BYTES);
    const view = new DataView(slot.buffer, slot.byteOffset, SLOT_BYTES);
    if (view.getUint32(0) !== MAGIC || view.getUint32(12) !== crc32c(slot.subarray(0, 12))) return null;
    counts.push(view.getFloat64(4));
  }
  return counts;
}

function countOf(value: Uint8Array | undefined): number {
  return value?.length === 8 ? new DataView(value.buffer, value.byteOffset, 8).getFloat64(0) : 0;
}

function failure(sentence: string, retry: 'later' | 'never'): Result<never> {
  return err({ domain: 'recording', message: `${sentence}.`, retry });
}

function failureOf(folder: string, error: unknown): Result<never> {
  const { code, message, cause } = error as NodeJS.ErrnoException & { readonly cause?: NodeJS.ErrnoException };
  if (cause?.code === 'LEVEL_LOCKED') return failure(`Another program is using the recording ${folder}`, 'later');
  if (code === 'ENOENT') return failure(`The recording ${folder} is damaged: a file is missing`, 'never');
  return failure(`The recording ${folder} cannot be opened: ${cause?.message ?? message ?? String(error)}`, 'never');
}
