/**
 * The sessions sample: an evening of a radio's listeners. A listener plays some songs, pauses for longer than the gap
 * of a session, and comes back. Plays arrive out of order; a few come so late that a late play joins two sessions, and
 * some later than the watermark allows.
 */
import { dice } from './random.ts';
import type { SampleFile } from './sample-file.ts';
import { sqlTime } from './sql-time.ts';

const SEED = 20240617;
const START_MS = Date.UTC(2024, 5, 17, 18, 0, 0);
const LENGTH_MS = 3 * 60 * 60_000;
const LISTENERS = 66;
const PLAYS = 1_200;
const GAP_MS = 10 * 60_000;
const DELAY_MS_MAX = 25_000;

const SONGS = ['harbour', 'lanterns', 'mill song', 'north wind', 'slow river', 'tin roof'] as const;

/** `plays.jsonl` of the sample. */
export function sessionsFiles(): SampleFile[] {
  const random = dice(SEED);
  const plays: { readonly listener: string; readonly song: string; readonly atMs: number; readonly arrivesMs: number }[] = [];
  for (let i = 0; i < LISTENERS; i++) {
    const listener = `l${String(i + 1).padStart(2, '0')}`;
    let atMs = START_MS + random.between(0, 40 * 60_000);
    while (atMs < START_MS + LENGTH_MS) {
      for (let left = random.between(1, 9); left > 0; left--) {
        const isLate = random.chance(0.02);
        const delayMs = isLate ? random.between(60_000, 20 * 60_000) : random.between(100, DELAY_MS_MAX);
        const song = SONGS[random.between(0, SONGS.length - 1)] ?? SONGS[0];
        plays.push({ listener, song, atMs, arrivesMs: atMs + delayMs });
        atMs += random.between(120_000, 540_000);
      }
      atMs += GAP_MS + random.between(0, 30 * 60_000);
    }
  }
  const arrived = plays
    .sort((a, b) => a.arrivesMs - b.arrivesMs || (a.listener < b.listener ? -1 : 1))
    .slice(0, PLAYS)
    .map(({ listener, song, atMs }) => JSON.stringify({ listener, song, ts: sqlTime(atMs) }));
  return [{ path: 'sessions/data/plays.jsonl', text: `${arrived.join('\n')}\n` }];
}
