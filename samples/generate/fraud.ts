/**
 * The fraud sample: two hours of card payments. Honest cards stay in their city, or travel and pay again long after;
 * on a few cards somebody else pays in another city minutes later. Payments arrive out of order, by up to 4 s.
 */
import { dice } from './random.ts';
import type { SampleFile } from './sample-file.ts';
import { sqlTime } from './sql-time.ts';

const SEED = 20240311;
const START_MS = Date.UTC(2024, 2, 11, 10, 0, 0);
const LENGTH_MS = 2 * 60 * 60_000;
const CARDS = 105;
const STOLEN_CARDS = 9;
const PAYMENTS = 1_500;
const DELAY_MS_MAX = 4_000;

const CITIES = ['Berlin', 'Lyon', 'Madrid', 'Milan', 'Oslo', 'Prague', 'Vienna'] as const;

interface Payment {
  readonly card: string;
  readonly city: string;
  readonly cents: number;
  readonly atMs: number;
  readonly arrivesMs: number;
}

/** `payments.jsonl` of the sample. */
export function fraudFiles(): SampleFile[] {
  const random = dice(SEED);
  const city = (): string => CITIES[random.between(0, CITIES.length - 1)] ?? CITIES[0];
  const payments: Payment[] = [];
  const pay = (card: string, where: string, cents: number, atMs: number): void => {
    payments.push({ card, city: where, cents, atMs, arrivesMs: atMs + random.between(50, DELAY_MS_MAX) });
  };
  for (let i = 0; i < CARDS; i++) {
    const card = `4000-${String(1000 + i * 7)}`;
    let home = city();
    let atMs = START_MS + random.between(0, 15 * 60_000);
    while (atMs < START_MS + LENGTH_MS) {
      pay(card, home, random.chance(0.07) ? random.between(20_000, 60_000) : random.between(150, 9_500), atMs);
      if (i < STOLEN_CARDS && random.chance(0.12)) {
        const elsewhere = CITIES.find((name) => name !== home && random.chance(0.4)) ?? (home === 'Oslo' ? 'Lyon' : 'Oslo');
        pay(card, elsewhere, random.between(15_000, 90_000), atMs + random.between(40_000, 9 * 60_000));
      }
      // A traveller is away for longer than the ten minutes that the sample asks about.
      const travels = random.chance(0.05);
      if (travels) home = city();
      atMs += travels ? random.between(25 * 60_000, 50 * 60_000) : random.between(90_000, 12 * 60_000);
    }
  }
  const kept = payments.sort((a, b) => a.atMs - b.atMs || (a.card < b.card ? -1 : 1)).slice(0, PAYMENTS);
  const numbered = kept.map((payment, i) => ({ payment, id: i + 1 }));
  const arrived = numbered.sort((a, b) => a.payment.arrivesMs - b.payment.arrivesMs || a.id - b.id);
  const lines = arrived.map(({ payment: p, id }) =>
    JSON.stringify({ payment_id: id, card: p.card, city: p.city, amount: p.cents / 100, ts: sqlTime(p.atMs) }),
  );
  return [{ path: 'fraud/data/payments.jsonl', text: `${lines.join('\n')}\n` }];
}
