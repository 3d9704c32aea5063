/**
 * Keyed state as it was at a moment, in pages of entries. An entry is bytes; a page knows where its entries lie, and
 * a snapshot is a list of pages. What has not changed between two snapshots lies in memory once: an entry that
 * nobody touched keeps its bytes, and a page without a change is the same object.
 *
 *   snapshot 1   [page a] [page b]                space   blob 1: e1 e2 e3 e4      (bytes of what snapshot 1 saved)
 *   snapshot 2   [page a] [page b'] [page c]              blob 2: e3' e5           (bytes of what changed until 2)
 *
 *   page b' = [ e3', e4, hole ]: a page holds places by number, so a hole keeps its number for ever
 *
 *   bytes of an entry: time of change, key columns, what the operator keeps
 *
 * `pack` makes plain data of one snapshot, which goes to disk and other threads, `unpack` the pages again, without
 * decoding any entry.
 */
import { assert } from '../base/assert.ts';
import { ByteReader, ByteWriter, DamagedBytes } from '../data/plain-bytes.ts';
import type { Row, Value } from '../data/value.ts';
import type { PackedPages, SharedPages } from '../engine/operator.ts';
import type { PlaceIndex } from './place-index.ts';

/** Entries of a page. Small, because one entry that stays keeps the places of the others. */
export const PAGE_SIZE = 64;

/** A page in memory, without its entries. */
export const PAGE_BYTES = 8 * PAGE_SIZE + 200;

/** A place without an entry. */
export const HOLE = -1;

/** Entries that one blob may have: a reference is the number of the blob times this, and the number of the entry. */
const BLOB_ENTRY_COUNT_MAX = 2 ** 26;

interface Blob {
  readonly bytes: Uint8Array;
  /** Where the entries begin, and the end of the last. */
  readonly starts: Uint32Array;
  readonly reader: ByteReader;
}

/** Bytes of entries of one state, of all its snapshots that share them. */
export class SavedSpace {
  readonly #blobs: Blob[] = [];
  readonly writer = new ByteWriter(4096);
  #starts: number[] = [];
  /** Nothing is added any more: its entries have moved, or will when they are saved again. */
  isRetired = false;

  /** The reference of the entry whose bytes are written into `writer` next. */
  beginEntry(): number {
    const index = this.#starts.push(this.writer.length) - 1;
    assert(index < BLOB_ENTRY_COUNT_MAX, 'a blob has room for the entries of a state');
    return this.#blobs.length * BLOB_ENTRY_COUNT_MAX + index;
  }

  /** All entries of a snapshot were written. Answers their bytes. */
  seal(): number {
    const bytes = this.writer.take();
    this.writer.clear();
    const starts = new Uint32Array(this.#starts.concat(bytes.length));
    this.#starts = [];
    this.addBlob(bytes, starts);
    return bytes.length + starts.byteLength;
  }

  addBlob(bytes: Uint8Array, starts: Uint32Array): void {
    this.#blobs.push({ bytes, starts, reader: new ByteReader(bytes) });
  }

  /** A reader that stands at an entry; valid until the next one is asked for. */
  readerAt(ref: number): ByteReader {
    const { reader, starts } = this.#blobOf(ref);
    reader.at = starts[ref % BLOB_ENTRY_COUNT_MAX] as number;
    return reader;
  }

  bytesAt(ref: number): Uint8Array {
    const { bytes, starts } = this.#blobOf(ref);
    const index = ref % BLOB_ENTRY_COUNT_MAX;
    return bytes.subarray(starts[index], starts[index + 1]);
  }

  /** Place of the entry among all of the space, for tables beside it. */
  blobNumber(ref: number): number {
    return Math.floor(ref / BLOB_ENTRY_COUNT_MAX);
  }

  entryNumber(ref: number): number {
    return ref % BLOB_ENTRY_COUNT_MAX;
  }

  entryCountOf(blob: number): number {
    return (this.#blobs[blob]?.starts.length ?? 1) - 1;
  }

  #blobOf(ref: number): Blob {
    const blob = this.#blobs[Math.floor(ref / BLOB_ENTRY_COUNT_MAX)];
    assert(blob !== undefined, 'an entry lies in its space');
    return blob;
  }
}

/** Entries of `PAGE_SIZE` places that follow each other. */
export interface SavedPage {
  /** Number of the first place. */
  readonly base: number;
  readonly space: SavedSpace;
  /** By place: the entry, or `HOLE`. Fewer than `PAGE_SIZE` in the last page. */
  readonly refs: number[];
  readonly liveCount: number;
  /** What the entries hold, by list. */
  readonly counts: readonly [number, number];
  /** The index that knows all of its keys. */
  learnedBy: PlaceIndex | null;
}

/** Figures of a whole state. */
export interface SavedFigures {
  /** The place after the last one ever given. */
  readonly nextPlace: number;
  /** Where the search for expired entries goes on. */
  readonly sweepPlace: number;
  readonly baseMs: number;
  readonly size: number;
  readonly keyBytes: number;
  readonly counts: readonly [number, number];
  readonly bytes: readonly [number, number];
}

/** A state as it was at a moment. */
export class SavedPages implements SharedPages {
  readonly pages: readonly SavedPage[];
  readonly figures: SavedFigures;
  /** Finds places by key, in all snapshots of this state. */
  readonly index: PlaceIndex;
  /** Bytes that this snapshot takes beside what earlier ones have. */
  readonly freshBytes: number;

  constructor(pages: readonly SavedPage[], figures: SavedFigures, index: PlaceIndex, freshBytes: number) {
    this.pages = pages;
    this.figures = figures;
    this.index = index;
    this.freshBytes = freshBytes;
  }

  get entryCount(): number {
    return this.figures.size;
  }

  *entryBytes(): IterableIterator<Uint8Array> {
    for (const { space, refs } of this.pages) {
      for (const ref of refs) if (ref !== HOLE) yield space.bytesAt(ref);
    }
  }
}

/** The time of change, the key and the value of an entry. */
export function writeEntry(writer: ByteWriter, updatedMs: number, key: Row, saved: Value): void {
  writer.double(updatedMs);
  for (let i = 0; i < key.length; i++) writer.value(key[i] as Value);
  writer.value(saved);
}

/** The key of the entry behind its time of change. */
export function readKey(reader: ByteReader, columnCount: number): Row {
  const key: Value[] = [];
  for (let i = 0; i < columnCount; i++) key.push(reader.value());
  return key;
}

/** A snapshot as plain data. */
export function packPages({ pages, figures }: SavedPages): PackedPages {
  const table = new ByteWriter(4096);
  const entries = new ByteWriter(64 * 1024);
  const { nextPlace, sweepPlace, baseMs, size, keyBytes, counts, bytes } = figures;
  table.plain([nextPlace, sweepPlace, baseMs, size, keyBytes, ...counts, ...bytes, pages.length]);
  for (const page of pages) {
    table.varint(page.base / PAGE_SIZE);
    table.varint(page.refs.length);
    table.varint(page.counts[0]);
    table.varint(page.counts[1]);
    for (const ref of page.refs) {
      const entry = ref === HOLE ? NO_BYTES : page.space.bytesAt(ref);
      table.varint(entry.length);
      entries.raw(entry);
    }
  }
  return { entryCount: size, table: table.take(), entries: entries.take() };
}

/** The snapshot of plain data; throws `DamagedBytes` where it is none. */
export function unpackPages({ entryCount, table, entries }: PackedPages, index: PlaceIndex): SavedPages {
  const reader = new ByteReader(table);
  const head = reader.plain();
  if (!Array.isArray(head) || head.length !== 10) throw new DamagedBytes('its pages have other figures');
  const [nextPlace, sweepPlace, baseMs, size, keyBytes, count0, count1, bytes0, bytes1, pageCount] = head as [
    ...[number, number, number, number, number],
    ...[number, number, number, number, number],
  ];
  const space = new SavedSpace();
  const starts = new Uint32Array(entryCount + 1);
  const pages: SavedPage[] = [];
  let number = 0;
  let at = 0;
  for (let i = 0; i < pageCount; i++) {
    const base = reader.varint() * PAGE_SIZE;
    const placeCount = reader.varint();
    const counts: [number, number] = [reader.varint(), reader.varint()];
    const before = number;
    const refs: number[] = [];
    if (placeCount > PAGE_SIZE) throw new DamagedBytes('a page has too many places');
    for (let place = 0; place < placeCount; place++) {
      const length = reader.varint();
      refs.push(length === 0 ? HOLE : number);
      if (length === 0) continue;
      starts[number++] = at;
      at += length;
    }
    pages.push({ base, space, refs, liveCount: number - before, counts, learnedBy: null });
  }
  if (number !== entryCount || size !== entryCount || at !== entries.length)
    throw new DamagedBytes('its pages have other entries');
  starts[number] = at;
  space.addBlob(entries, starts);
  const figures: SavedFigures = {
    nextPlace,
    sweepPlace,
    baseMs,
    size,
    keyBytes,
    counts: [count0, count1],
    bytes: [bytes0, bytes1],
  };
  return new SavedPages(pages, figures, index, entries.length);
}

/**
 * Snapshots of one state, in order, with nothing beside them: what only others had needed is gone. The spaces that
 * they lay in are retired.
 */
export function compacted(all: readonly SavedPages[]): SavedPages[] {
  const space = new SavedSpace();
  const moved = new Map<SavedPage, SavedPage>();
  const refsBySpace = new Map<SavedSpace, Float64Array[]>();
  const movedRef = (from: SavedSpace, ref: number): number => {
    if (ref === HOLE) return HOLE;
    let tables = refsBySpace.get(from);
    if (tables === undefined) {
      tables = [];
      refsBySpace.set(from, tables);
    }
    const blob = from.blobNumber(ref);
    tables[blob] ??= new Float64Array(from.entryCountOf(blob)).fill(HOLE);
    const table = tables[blob] as Float64Array;
    const entry = from.entryNumber(ref);
    if (table[entry] === HOLE) {
      table[entry] = space.beginEntry();
      space.writer.raw(from.bytesAt(ref));
    }
    return table[entry] as number;
  };
  const movedPage = (page: SavedPage): SavedPage => {
    const known = moved.get(page);
    if (known !== undefined) return known;
    const copy = { ...page, space, refs: page.refs.map((ref) => movedRef(page.space, ref)) };
    moved.set(page, copy);
    return copy;
  };
  const result = all.map((saved) => {
    const knownCount = moved.size;
    const pages = saved.pages.map(movedPage);
    const freshBytes = space.seal() + (moved.size - knownCount) * PAGE_BYTES;
    return new SavedPages(pages, saved.figures, saved.index, freshBytes);
  });
  for (const old of refsBySpace.keys()) old.isRetired = true;
  return result;
}

const NO_BYTES = new Uint8Array();
