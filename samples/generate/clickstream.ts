/**
 * The clickstream sample: twenty-five minutes of a small web shop.
 *
 * Each visitor walks through the shop (home, search, products, cart, checkout). Every event has the time at which it
 * happened; it *arrives* later: after a network delay of up to 4.5 s, or, when a phone was in a tunnel, after 20 to
 * 90 s. The file is in the order of arrival, so event times are out of order, and a few rows are later than the
 * watermark of the sample allows (5 s).
 */
import { dice } from './random.ts';
import type { SampleFile } from './sample-file.ts';
import { sqlTime } from './sql-time.ts';

const SEED = 20240506;
const START_MS = Date.UTC(2024, 4, 6, 9, 0, 0);
const LENGTH_MS = 25 * 60_000;
const USERS = 160;
const EVENTS = 2_000;
const NETWORK_DELAY_MS_MAX = 4_500;

const COUNTRIES = [['Germany', 5], ['France', 3], ['Japan', 3], ['Brazil', 2], ['Kenya', 1]] as const;
const PLANS = [['free', 6], ['plus', 3], ['business', 1]] as const;
const DEVICES = [['phone', 5], ['laptop', 4], ['tablet', 1]] as const;
const PRODUCTS = [
  ['kettle', 24.9], ['lamp', 39.5], ['backpack', 79], ['headphones', 129.95], ['notebook', 6.2], ['chair', 189],
] as const;

interface Event {
  readonly userId: string;
  readonly device: string;
  readonly event: 'page_view' | 'add_to_cart' | 'purchase';
  readonly page: string;
  readonly amount: number | null;
  readonly atMs: number;
  readonly arrivesMs: number;
}

/** `clicks.jsonl` and `users.csv` of the sample. */
export function clickstreamFiles(): SampleFile[] {
  const random = dice(SEED);
  const users = Array.from({ length: USERS }, (_, i) => ({
    id: `u${String(i + 1).padStart(3, '0')}`,
    country: random.pick(COUNTRIES),
    plan: random.pick(PLANS),
    device: random.pick(DEVICES),
  }));
  const events: Event[] = [];
  while (events.length < EVENTS) {
    const user = users[random.between(0, USERS - 1)];
    if (user === undefined) throw new Error('no such user');
    // One visit in twenty is a search engine's crawler: it reads pages, fast, and never buys.
    const isCrawler = random.chance(0.05);
    const visit = isCrawler ? crawl(random) : shop(random);
    const device = isCrawler ? 'crawler' : user.device;
    let atMs = START_MS + random.between(0, LENGTH_MS);
    for (const step of visit) {
      atMs += isCrawler ? random.between(300, 900) : random.between(2_000, 25_000);
      const delayMs = device === 'phone' && random.chance(0.02) ? random.between(20_000, 90_000) : random.between(40, NETWORK_DELAY_MS_MAX);
      events.push({ ...step, userId: user.id, device, atMs, arrivesMs: atMs + delayMs });
    }
  }
  const kept = events.slice(0, EVENTS);
  const numbered = [...kept].sort((a, b) => a.atMs - b.atMs).map((e, i) => ({ e, id: i + 1 }));
  const arrived = numbered.sort((a, b) => a.e.arrivesMs - b.e.arrivesMs || a.id - b.id);
  const clicks = arrived.map(({ e, id }) =>
    JSON.stringify({ event_id: id, user_id: e.userId, device: e.device, event: e.event, page: e.page, amount: e.amount, ts: sqlTime(e.atMs) }),
  );
  return [
    { path: 'clickstream/data/clicks.jsonl', text: `${clicks.join('\n')}\n` },
    { path: 'clickstream/data/users.csv', text: `${users.map((u) => `${u.id},${u.country},${u.plan}`).join('\n')}\n` },
  ];
}

type Step = Pick<Event, 'event' | 'page' | 'amount'>;

function shop(random: ReturnType<typeof dice>): Step[] {
  const steps: Step[] = [{ event: 'page_view', page: '/', amount: null }];
  if (random.chance(0.6)) steps.push({ event: 'page_view', page: '/search', amount: null });
  let total = 0;
  for (let looked = random.between(1, 4); looked > 0; looked--) {
    const [name, price] = PRODUCTS[random.between(0, PRODUCTS.length - 1)] ?? PRODUCTS[0];
    steps.push({ event: 'page_view', page: `/product/${name}`, amount: null });
    if (random.chance(0.35)) {
      steps.push({ event: 'add_to_cart', page: `/product/${name}`, amount: price });
      total += Math.round(price * 100);
    }
  }
  if (total > 0) {
    steps.push({ event: 'page_view', page: '/cart', amount: null });
    if (random.chance(0.65)) {
      steps.push({ event: 'page_view', page: '/checkout', amount: null });
      if (random.chance(0.8)) steps.push({ event: 'purchase', page: '/checkout', amount: total / 100 });
    }
  }
  return steps;
}

function crawl(random: ReturnType<typeof dice>): Step[] {
  return Array.from({ length: random.between(6, 15) }, () => {
    const [name] = PRODUCTS[random.between(0, PRODUCTS.length - 1)] ?? PRODUCTS[0];
    return { event: 'page_view' as const, page: `/product/${name}`, amount: null };
  });
}
