/**
 * The events of Nexmark, an auction house: of 50 events one is a new person, three are new auctions and 46 are bids.
 * Event *n* is a function of the seed and *n* alone, so a reader can begin anywhere. Source: the Nexmark benchmark
 * (Tucker, Tufte, Papadimos, Maier, 2002) with the proportions that Apache Beam and Flink's Nexmark use.
 *
 *   event n ─> time: base + n / rate ─> number of the newest person and auction so far ─> values drawn for n
 */

/** What may be set; names in the comments are the options of Flink's Nexmark. */
export interface NexmarkSettings {
  readonly seed: number;
  /** Time of event 0, epoch ms. */
  readonly baseMs: number;
  /** Events a second of event time (`first-event.rate`). */
  readonly eventsPerSecond: number;
  /** Of `person + auction + bid` events in a row, so many are each (`person.proportion`, …). */
  readonly proportions: { readonly person: number; readonly auction: number; readonly bid: number };
  /** One of so many bids is not for a hot auction (`bid.hot-ratio.auctions`). */
  readonly hotAuctionRatio: number;
  /** One of so many bids is not of a hot bidder (`bid.hot-ratio.bidders`). */
  readonly hotBidderRatio: number;
  /** One of so many auctions is not of a hot seller (`auction.hot-ratio.sellers`). */
  readonly hotSellerRatio: number;
  /** Bytes of a record on average (`person.avg-size`, …). */
  readonly sizes: { readonly person: number; readonly auction: number; readonly bid: number };
}

/** The published settings. */
export const NEXMARK_DEFAULTS: NexmarkSettings = {
  seed: 1,
  baseMs: Date.UTC(2015, 6, 15),
  eventsPerSecond: 10_000,
  proportions: { person: 1, auction: 3, bid: 46 },
  hotAuctionRatio: 2,
  hotBidderRatio: 4,
  hotSellerRatio: 4,
  sizes: { person: 200, auction: 500, bid: 100 },
};

/** A new person. */
export interface NexmarkPerson {
  readonly id: number;
  readonly name: string;
  readonly emailAddress: string;
  readonly creditCard: string;
  readonly city: string;
  readonly state: string;
  readonly dateTime: number;
  readonly extra: string;
}

/** A new auction. */
export interface NexmarkAuction {
  readonly id: number;
  readonly itemName: string;
  readonly description: string;
  readonly initialBid: number;
  readonly reserve: number;
  readonly dateTime: number;
  readonly expires: number;
  readonly seller: number;
  readonly category: number;
  readonly extra: string;
}

/** A bid. */
export interface NexmarkBid {
  readonly auction: number;
  readonly bidder: number;
  readonly price: number;
  readonly channel: string;
  readonly url: string;
  readonly dateTime: number;
  readonly extra: string;
}

/** An event: exactly one of its parts is there. Times are epoch ms. */
export type NexmarkEvent =
  | { readonly kind: 'person'; readonly person: NexmarkPerson }
  | { readonly kind: 'auction'; readonly auction: NexmarkAuction }
  | { readonly kind: 'bid'; readonly bid: NexmarkBid };

/** The number of each kind in column `event_type`. */
export const NEXMARK_EVENT_TYPES: Readonly<Record<NexmarkEvent['kind'], number>> = { person: 0, auction: 1, bid: 2 };

/** The part of an event that is there. */
export function nexmarkPart(event: NexmarkEvent): NexmarkPerson | NexmarkAuction | NexmarkBid {
  switch (event.kind) {
    case 'person':
      return event.person;
    case 'auction':
      return event.auction;
    case 'bid':
      return event.bid;
  }
}

const FIRST_ID = 1000;
const FIRST_CATEGORY = 10;
const CATEGORY_COUNT = 5;
/** People and auctions that are spoken of before they come: disorder as in life. */
const LEAD = 10;
/** Of so many in a row, one is hot. */
const HOT_EVERY = 100;
const ACTIVE_PEOPLE = 1000;
const IN_FLIGHT_AUCTIONS = 100;
const CHANNEL_COUNT = 10_000;

const STATES = ['AZ', 'CA', 'ID', 'OR', 'WA', 'WY'];
const CITIES = [
  ...['Phoenix', 'Los Angeles', 'San Francisco', 'Boise', 'Portland'],
  ...['Bend', 'Redmond', 'Seattle', 'Kent', 'Cheyenne'],
];
const FIRST_NAMES = ['Peter', 'Paul', 'Luke', 'John', 'Saul', 'Vicky', 'Kate', 'Julie', 'Sarah', 'Deiter', 'Walter'];
const LAST_NAMES = ['Shultz', 'Abrams', 'Spencer', 'White', 'Bartels', 'Walton', 'Smith', 'Jones', 'Noris'];
const HOT_CHANNELS = ['Google', 'Facebook', 'Baidu', 'Apple'];

/** Makes the events of one seed. */
export class NexmarkEvents {
  readonly #settings: NexmarkSettings;
  readonly #draw = new Draws();
  readonly #period: number;

  constructor(settings: NexmarkSettings) {
    this.#settings = settings;
    const { person, auction, bid } = settings.proportions;
    this.#period = person + auction + bid;
  }

  /** Event time of event `n`, epoch ms. */
  timeOf(n: number): number {
    return this.#settings.baseMs + Math.floor((n * 1000) / this.#settings.eventsPerSecond);
  }

  /** What event `n` is, without making it. */
  kindOf(n: number): NexmarkEvent['kind'] {
    const { person, auction } = this.#settings.proportions;
    const offset = n % this.#period;
    return offset < person ? 'person' : offset < person + auction ? 'auction' : 'bid';
  }

  /** Event `n`, from 0. */
  event(n: number): NexmarkEvent {
    this.#draw.begin(this.#settings.seed, n);
    switch (this.kindOf(n)) {
      case 'person':
        return { kind: 'person', person: this.#person(n) };
      case 'auction':
        return { kind: 'auction', auction: this.#auction(n) };
      case 'bid':
        return { kind: 'bid', bid: this.#bid(n) };
    }
  }

  #person(n: number): NexmarkPerson {
    const draw = this.#draw;
    const name = `${draw.of(FIRST_NAMES)} ${draw.of(LAST_NAMES)}`;
    const emailAddress = `${draw.words(7)}@${draw.words(5)}.com`;
    const creditCard = [0, 0, 0, 0].map(() => String(draw.int(10_000)).padStart(4, '0')).join(' ');
    const city = draw.of(CITIES);
    const state = draw.of(STATES);
    const written = 8 + name.length + emailAddress.length + creditCard.length + city.length + state.length;
    const id = this.#lastPerson(n) + FIRST_ID;
    const extra = draw.filler(written, this.#settings.sizes.person);
    return { id, name, emailAddress, creditCard, city, state, dateTime: this.timeOf(n), extra };
  }

  #auction(n: number): NexmarkAuction {
    const draw = this.#draw;
    const { hotSellerRatio, sizes } = this.#settings;
    const dateTime = this.timeOf(n);
    const last = this.#lastPerson(n);
    const seller = draw.int(hotSellerRatio) > 0 ? last - (last % HOT_EVERY) : this.#somePerson(n);
    const category = FIRST_CATEGORY + draw.int(CATEGORY_COUNT);
    const initialBid = draw.price();
    const expires = dateTime + this.#auctionLengthMs(n);
    const itemName = draw.words(20);
    const description = draw.words(100);
    const reserve = initialBid + draw.price();
    const extra = draw.filler(48 + itemName.length + description.length, sizes.auction);
    const id = this.#lastAuction(n) + FIRST_ID;
    return {
      ...{ id, itemName, description, initialBid, reserve, dateTime, expires },
      ...{ seller: seller + FIRST_ID, category, extra },
    };
  }

  #bid(n: number): NexmarkBid {
    const draw = this.#draw;
    const { hotAuctionRatio, hotBidderRatio, sizes } = this.#settings;
    const lastAuction = this.#lastAuction(n);
    const isHot = draw.int(hotAuctionRatio) > 0;
    const auction = isHot ? lastAuction - (lastAuction % HOT_EVERY) : this.#someAuction(n);
    const lastPerson = this.#lastPerson(n);
    // The second of a hundred: hot bidders are not hot sellers.
    const bidder = draw.int(hotBidderRatio) > 0 ? lastPerson - (lastPerson % HOT_EVERY) + 1 : this.#somePerson(n);
    const price = draw.price();
    const channelNumber = draw.int(2) > 0 ? -1 - draw.int(HOT_CHANNELS.length) : draw.int(CHANNEL_COUNT);
    const channel = channelNumber < 0 ? (HOT_CHANNELS[-1 - channelNumber] as string) : `channel-${channelNumber}`;
    const extra = draw.filler(32, sizes.bid);
    return {
      ...{ auction: auction + FIRST_ID, bidder: bidder + FIRST_ID, price, channel },
      ...{ url: this.#urlOf(channelNumber), dateTime: this.timeOf(n), extra },
    };
  }

  /** A channel has one address; of ten others than the hot ones, nine carry their number in it. */
  #urlOf(channel: number): string {
    let url = CHANNEL_URLS.get(channel);
    if (url === undefined) {
      const draw = new Draws();
      draw.begin(0, channel + HOT_CHANNELS.length);
      const path = [0, 0, 0].map(() => draw.words(5).replaceAll(' ', '_')).join('/');
      const isNumbered = channel >= 0 && draw.int(10) > 0;
      url = `https://www.nexmark.com/${path}/item.htm?query=1${isNumbered ? `&channel_id=${reversed(channel)}` : ''}`;
      CHANNEL_URLS.set(channel, url);
    }
    return url;
  }

  /** Number of the newest person at event `n`, itself included; from 0. */
  #lastPerson(n: number): number {
    const { person } = this.#settings.proportions;
    const offset = Math.min(n % this.#period, person - 1);
    return Math.floor(n / this.#period) * person + offset;
  }

  /** Number of the newest auction at event `n`; from 0, -1 before the first. */
  #lastAuction(n: number): number {
    const { person, auction } = this.#settings.proportions;
    const offset = n % this.#period;
    const epoch = Math.floor(n / this.#period);
    if (offset < person) return epoch * auction - 1;
    return epoch * auction + Math.min(offset - person, auction - 1);
  }

  #somePerson(n: number): number {
    const count = this.#lastPerson(n) + 1;
    const active = Math.min(count, ACTIVE_PEOPLE);
    return count - active + this.#draw.int(active + LEAD);
  }

  #someAuction(n: number): number {
    const last = this.#lastAuction(n);
    const first = Math.max(last - IN_FLIGHT_AUCTIONS, 0);
    return first + this.#draw.int(last - first + 1 + LEAD);
  }

  /** On average as long as it takes until all that are in flight now have ended. */
  #auctionLengthMs(n: number): number {
    const ahead = Math.floor((IN_FLIGHT_AUCTIONS * this.#period) / this.#settings.proportions.auction);
    const horizonMs = this.timeOf(n + ahead) - this.timeOf(n);
    return 1 + this.#draw.int(Math.max(horizonMs * 2, 1));
  }
}

const CHANNEL_URLS = new Map<number, string>();

/** The bits of a number in reverse order, as a positive number: far apart for close channels. */
function reversed(value: number): number {
  let bits = 0;
  for (let bit = 0; bit < 32; bit++) bits = (bits << 1) | ((value >>> bit) & 1);
  return Math.abs(bits | 0);
}

/** Numbers drawn for one event. A stream is begun for each, so they must be cheap to begin. */
class Draws {
  #state = 0;

  begin(seed: number, n: number): void {
    // Both halves of the number count, so that long streams do not repeat.
    this.#state = Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(n | 0, 0x85ebca6b) ^ Math.floor(n / 4_294_967_296);
    this.#next();
  }

  int(bound: number): number {
    return Math.floor((this.#next() / 4_294_967_296) * bound);
  }

  of<T>(list: readonly T[]): T {
    return list[this.int(list.length)] as T;
  }

  /** In cents, from 1 to 1,000,000 dollars, as many between 1 and 10 as between 10 and 100. */
  price(): number {
    return Math.round(10 ** ((this.#next() / 4_294_967_296) * 6) * 100);
  }

  /** Words of small letters, 3 to `lengthMax` - 1 characters before the blanks at the ends go. */
  words(lengthMax: number): string {
    let text = '';
    for (let left = 3 + this.int(lengthMax - 3); left > 0; left--) {
      text += this.int(13) === 0 ? ' ' : LETTERS[this.int(26)];
    }
    return text.trim();
  }

  /** Letters that bring a record of `written` bytes to `average` bytes, more or less a fifth of what is missing. */
  filler(written: number, average: number): string {
    if (written > average) return '';
    const missing = average - written;
    const spread = Math.round(missing * 0.2);
    let left = missing - spread + (spread === 0 ? 0 : this.int(2 * spread));
    let text = '';
    while (left > 0) {
      // Four letters for one number drawn.
      let bits = this.#next();
      for (let i = 0; i < 4 && left > 0; i++) {
        text += LETTERS[bits % 26];
        bits = Math.floor(bits / 26);
        left -= 1;
      }
    }
    return text;
  }

  /** splitmix32: uniform over 32 bits. */
  #next(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let mixed = this.#state ^ (this.#state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
