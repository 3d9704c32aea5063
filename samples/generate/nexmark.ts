/**
 * The queries of the Nexmark benchmark as scripts, and a small file of its events. Questions and window lengths are
 * those of Flink's Nexmark; the texts are ours, cut into views so that each step is a node. q6 and q13 are missing:
 * Flink does not run them (an OVER aggregation cannot take the updates of a Top-N, and no connector of its
 * distribution can be looked up).
 */
import { NEXMARK_DEFAULTS, NEXMARK_EVENT_TYPES, type NexmarkEvent, NexmarkEvents, nexmarkPart } from '../../src/runtime/connectors/nexmark/events.ts';
import type { SampleFile } from './sample-file.ts';
import { sqlTime } from './sql-time.ts';

/** One query: what it asks, the views before it, and the SELECT. */
export interface NexmarkQuery {
  readonly name: string;
  readonly asks: string;
  readonly views: string;
  readonly select: string;
  /** Its views count windows of processing time, so what it gives depends on how fast it runs. */
  readonly isTimed?: boolean;
}

/** Columns of the table of events. */
const COLUMNS = `  event_type INT,
  person ROW<id BIGINT, name STRING, emailAddress STRING, creditCard STRING, city STRING, state STRING,
    \`dateTime\` TIMESTAMP(3), extra STRING>,
  auction ROW<id BIGINT, itemName STRING, description STRING, initialBid BIGINT, reserve BIGINT, \`dateTime\` TIMESTAMP(3),
    expires TIMESTAMP(3), seller BIGINT, category BIGINT, extra STRING>,
  bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, \`dateTime\` TIMESTAMP(3), extra STRING>,
  \`dateTime\` AS CASE WHEN event_type = 0 THEN person.\`dateTime\` WHEN event_type = 1 THEN auction.\`dateTime\`
    ELSE bid.\`dateTime\` END,
  WATERMARK FOR \`dateTime\` AS \`dateTime\` - INTERVAL '4' SECOND`;

/** CREATE TABLE of the events with options in the text of SQL. */
export function nexmarkTable(options: Readonly<Record<string, string>>): string {
  const list = Object.entries(options).map(([key, value]) => `'${key}' = '${value}'`);
  return `CREATE TABLE events (\n${COLUMNS}\n) WITH (${list.join(', ')});\n`;
}

const VIEWS: Readonly<Record<'person' | 'auction' | 'bid', string>> = {
  person: `CREATE VIEW person AS
SELECT person.id, person.name, person.emailAddress, person.creditCard, person.city, person.state, \`dateTime\`, person.extra
FROM events WHERE event_type = 0;
`,
  auction: `CREATE VIEW auction AS
SELECT auction.id, auction.itemName, auction.description, auction.initialBid, auction.reserve, \`dateTime\`,
  auction.expires, auction.seller, auction.category, auction.extra
FROM events WHERE event_type = 1;
`,
  bid: `CREATE VIEW bid AS
SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, \`dateTime\`, bid.extra
FROM events WHERE event_type = 2;
`,
};

const RANKS = ['price < 10000', 'price >= 10000 AND price < 1000000', 'price >= 1000000'];

/** COUNT(…) of all, and of each of three ranges of price. */
function counts(of: string, name: string): string {
  const ranks = RANKS.map((rank, at) => `  COUNT(${of}) FILTER (WHERE ${rank}) AS rank${at + 1}_${name}`);
  return [`  COUNT(${of}) AS total_${name}`, ...ranks].join(',\n');
}

/** All queries that Flink runs, in order. */
export const NEXMARK_QUERIES: readonly NexmarkQuery[] = [
  {
    name: 'q0',
    asks: 'Pass through: what reading and writing cost alone.',
    views: VIEWS.bid,
    select: 'SELECT auction, bidder, price, `dateTime`, extra FROM bid',
  },
  {
    name: 'q1',
    asks: 'Currency: bids in euros.',
    views: VIEWS.bid,
    select: 'SELECT auction, bidder, 0.908 * price AS price, `dateTime`, extra FROM bid',
  },
  {
    name: 'q2',
    asks: 'Selection: bids for some auctions.',
    views: VIEWS.bid,
    select: 'SELECT auction, price FROM bid WHERE MOD(auction, 123) = 0',
  },
  {
    name: 'q3',
    asks: 'Local items: who sells things of category 10 in Oregon, Idaho and California?',
    views: `${VIEWS.person}${VIEWS.auction}`,
    select: `SELECT P.name, P.city, P.state, A.id
FROM auction AS A INNER JOIN person AS P ON A.seller = P.id
WHERE A.category = 10 AND (P.state = 'OR' OR P.state = 'ID' OR P.state = 'CA')`,
  },
  {
    name: 'q4',
    asks: 'Average price: of the winning bids of each category.',
    views: `${VIEWS.auction}${VIEWS.bid}CREATE VIEW winning AS
SELECT MAX(B.price) AS final, A.category
FROM auction AS A, bid AS B
WHERE A.id = B.auction AND B.\`dateTime\` BETWEEN A.\`dateTime\` AND A.expires
GROUP BY A.id, A.category;
`,
    select: 'SELECT category, AVG(final) AS final FROM winning GROUP BY category',
  },
  {
    name: 'q5',
    asks: 'Hot items: which auctions have got most bids in the last ten seconds?',
    views: `${VIEWS.bid}CREATE VIEW auction_bids AS
SELECT auction, COUNT(*) AS num, window_start, window_end
FROM TABLE(HOP(TABLE bid, DESCRIPTOR(\`dateTime\`), INTERVAL '2' SECOND, INTERVAL '10' SECOND))
GROUP BY auction, window_start, window_end;
CREATE VIEW most_bids AS
SELECT MAX(num) AS maxn, window_start, window_end
FROM (
  SELECT COUNT(*) AS num, window_start, window_end
  FROM TABLE(HOP(TABLE bid, DESCRIPTOR(\`dateTime\`), INTERVAL '2' SECOND, INTERVAL '10' SECOND))
  GROUP BY auction, window_start, window_end
)
GROUP BY window_start, window_end;
`,
    select: `SELECT A.auction, A.num
FROM auction_bids AS A JOIN most_bids AS M
  ON A.window_start = M.window_start AND A.window_end = M.window_end AND A.num >= M.maxn`,
  },
  {
    name: 'q7',
    asks: 'Highest bid: of every ten seconds.',
    views: `${VIEWS.bid}CREATE VIEW highest AS
SELECT MAX(price) AS maxprice, window_end AS \`dateTime\`
FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(\`dateTime\`), INTERVAL '10' SECOND))
GROUP BY window_start, window_end;
`,
    select: `SELECT B.auction, B.bidder, B.price, B.\`dateTime\`, B.extra
FROM bid AS B JOIN highest AS H ON B.price = H.maxprice
WHERE B.\`dateTime\` BETWEEN H.\`dateTime\` - INTERVAL '10' SECOND AND H.\`dateTime\``,
  },
  {
    name: 'q8',
    asks: 'New users: who came and opened an auction within the same ten seconds?',
    views: `${VIEWS.person}${VIEWS.auction}CREATE VIEW arrivals AS
SELECT id, name, window_start, window_end
FROM TABLE(TUMBLE(TABLE person, DESCRIPTOR(\`dateTime\`), INTERVAL '10' SECOND))
GROUP BY id, name, window_start, window_end;
CREATE VIEW sellers AS
SELECT seller, window_start, window_end
FROM TABLE(TUMBLE(TABLE auction, DESCRIPTOR(\`dateTime\`), INTERVAL '10' SECOND))
GROUP BY seller, window_start, window_end;
`,
    select: `SELECT P.id, P.name, P.window_start AS starttime
FROM arrivals AS P JOIN sellers AS A
  ON P.id = A.seller AND P.window_start = A.window_start AND P.window_end = A.window_end`,
  },
  {
    name: 'q9',
    asks: 'Winning bids: the highest bid of each auction, the earliest of several.',
    views: `${VIEWS.auction}${VIEWS.bid}CREATE VIEW ranked AS
SELECT A.id, A.itemName, A.description, A.initialBid, A.reserve, A.\`dateTime\`, A.expires, A.seller, A.category, A.extra,
  B.auction, B.bidder, B.price, B.\`dateTime\` AS bid_dateTime, B.extra AS bid_extra,
  ROW_NUMBER() OVER (PARTITION BY A.id ORDER BY B.price DESC, B.\`dateTime\` ASC) AS rownum
FROM auction AS A, bid AS B
WHERE A.id = B.auction AND B.\`dateTime\` BETWEEN A.\`dateTime\` AND A.expires;
`,
    select: `SELECT id, itemName, description, initialBid, reserve, \`dateTime\`, expires, seller, category, extra,
  auction, bidder, price, bid_dateTime, bid_extra
FROM ranked WHERE rownum <= 1`,
  },
  {
    name: 'q10',
    asks: 'Log: every bid with its day and minute, as they name the folders of a partitioned table.',
    views: VIEWS.bid,
    select: `SELECT auction, bidder, price, \`dateTime\`, extra, DATE_FORMAT(\`dateTime\`, 'yyyy-MM-dd') AS dt,
  DATE_FORMAT(\`dateTime\`, 'HH:mm') AS hm
FROM bid`,
  },
  {
    name: 'q11',
    asks: 'User sessions: how many bids does a bidder make until ten seconds pass without one?',
    views: VIEWS.bid,
    select: `SELECT B.bidder, COUNT(*) AS bid_count,
  SESSION_START(B.\`dateTime\`, INTERVAL '10' SECOND) AS starttime,
  SESSION_END(B.\`dateTime\`, INTERVAL '10' SECOND) AS endtime
FROM bid AS B
GROUP BY B.bidder, SESSION(B.\`dateTime\`, INTERVAL '10' SECOND)`,
  },
  {
    name: 'q12',
    asks: 'Processing time windows: bids of each bidder in ten seconds of the clock on the wall.',
    isTimed: true,
    views: `${VIEWS.bid}CREATE VIEW arrived AS SELECT *, PROCTIME() AS p_time FROM bid;
`,
    select: `SELECT bidder, COUNT(*) AS bid_count, window_start AS starttime, window_end AS endtime
FROM TABLE(TUMBLE(TABLE arrived, DESCRIPTOR(p_time), INTERVAL '10' SECOND))
GROUP BY bidder, window_start, window_end`,
  },
  {
    name: 'q14',
    asks: 'Calculation: prices in euros, time of day, and how often a letter comes in a text.',
    views: VIEWS.bid,
    select: `SELECT auction, bidder, 0.908 * price AS price,
  CASE
    WHEN HOUR(\`dateTime\`) >= 8 AND HOUR(\`dateTime\`) <= 18 THEN 'dayTime'
    WHEN HOUR(\`dateTime\`) <= 6 OR HOUR(\`dateTime\`) >= 20 THEN 'nightTime'
    ELSE 'otherTime'
  END AS bidTimeType,
  \`dateTime\`, extra, CHAR_LENGTH(extra) - CHAR_LENGTH(REPLACE(extra, 'c', '')) AS c_counts
FROM bid
WHERE 0.908 * price > 1000000 AND 0.908 * price < 50000000`,
  },
  {
    name: 'q15',
    asks: 'Bidding statistics: bids, bidders and auctions of each day, by ranges of price.',
    views: VIEWS.bid,
    select: `SELECT DATE_FORMAT(\`dateTime\`, 'yyyy-MM-dd') AS \`day\`,
${counts('*', 'bids')},
${counts('DISTINCT bidder', 'bidders')},
${counts('DISTINCT auction', 'auctions')}
FROM bid
GROUP BY DATE_FORMAT(\`dateTime\`, 'yyyy-MM-dd')`,
  },
  {
    name: 'q16',
    asks: 'Channel statistics: the same for each channel, with the last minute of each day.',
    views: VIEWS.bid,
    select: `SELECT channel, DATE_FORMAT(\`dateTime\`, 'yyyy-MM-dd') AS \`day\`,
  MAX(DATE_FORMAT(\`dateTime\`, 'HH:mm')) AS \`minute\`,
${counts('*', 'bids')},
${counts('DISTINCT bidder', 'bidders')},
${counts('DISTINCT auction', 'auctions')}
FROM bid
GROUP BY channel, DATE_FORMAT(\`dateTime\`, 'yyyy-MM-dd')`,
  },
  {
    name: 'q17',
    asks: 'Auction statistics: bids, lowest, highest, average and sum of each auction and day.',
    views: VIEWS.bid,
    select: `SELECT auction, DATE_FORMAT(\`dateTime\`, 'yyyy-MM-dd') AS \`day\`,
${counts('*', 'bids')},
  MIN(price) AS min_price, MAX(price) AS max_price, AVG(price) AS avg_price, SUM(price) AS sum_price
FROM bid
GROUP BY auction, DATE_FORMAT(\`dateTime\`, 'yyyy-MM-dd')`,
  },
  {
    name: 'q18',
    asks: 'Last bid: of each bidder for each auction.',
    views: `${VIEWS.bid}CREATE VIEW numbered AS
SELECT *, ROW_NUMBER() OVER (PARTITION BY bidder, auction ORDER BY \`dateTime\` DESC) AS rank_number FROM bid;
`,
    select: 'SELECT auction, bidder, price, channel, url, `dateTime`, extra FROM numbered WHERE rank_number <= 1',
  },
  {
    name: 'q19',
    asks: 'Top ten: the ten highest bids of each auction.',
    views: `${VIEWS.bid}CREATE VIEW numbered AS
SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC) AS rank_number FROM bid;
`,
    select: 'SELECT * FROM numbered WHERE rank_number <= 10',
  },
  {
    name: 'q20',
    asks: 'Bids with their auctions: of category 10.',
    views: `${VIEWS.auction}${VIEWS.bid}`,
    select: `SELECT auction, bidder, price, channel, url, B.\`dateTime\` AS bid_dateTime, B.extra AS bid_extra,
  itemName, description, initialBid, reserve, A.\`dateTime\` AS auction_dateTime, expires, seller, category,
  A.extra AS auction_extra
FROM bid AS B INNER JOIN auction AS A ON B.auction = A.id
WHERE A.category = 10`,
  },
  {
    name: 'q21',
    asks: 'Channel number: of each bid, from its name or its address.',
    views: VIEWS.bid,
    select: `SELECT auction, bidder, price, channel,
  CASE
    WHEN LOWER(channel) = 'apple' THEN '0'
    WHEN LOWER(channel) = 'google' THEN '1'
    WHEN LOWER(channel) = 'facebook' THEN '2'
    WHEN LOWER(channel) = 'baidu' THEN '3'
    ELSE REGEXP_EXTRACT(url, '(&|^)channel_id=([^&]*)', 2)
  END AS channel_id
FROM bid
WHERE REGEXP_EXTRACT(url, '(&|^)channel_id=([^&]*)', 2) IS NOT NULL
  OR LOWER(channel) IN ('apple', 'google', 'facebook', 'baidu')`,
  },
  {
    name: 'q22',
    asks: 'Folders of the address of each bid.',
    views: VIEWS.bid,
    select: `SELECT auction, bidder, price, channel, SPLIT_INDEX(url, '/', 3) AS dir1, SPLIT_INDEX(url, '/', 4) AS dir2,
  SPLIT_INDEX(url, '/', 5) AS dir3
FROM bid`,
  },
];

/** Events of the scripts that are samples. */
const SAMPLE_EVENTS = 100_000;
/** Events of the small file that `job.sql` reads, so that it runs on Flink too. */
const FILE_EVENTS = 1_500;

/** Event `n` as a line of JSON; parts that are not there are left out. */
export function nexmarkLine(event: NexmarkEvent): string {
  const fields = Object.entries(nexmarkPart(event)).map(([name, value]): [string, unknown] => [
    name,
    name === 'dateTime' || name === 'expires' ? sqlTime(value as number) : value,
  ]);
  return JSON.stringify({ event_type: NEXMARK_EVENT_TYPES[event.kind], [event.kind]: Object.fromEntries(fields) });
}

function script(query: NexmarkQuery): string {
  const table = nexmarkTable({ connector: 'nexmark', 'events.num': String(SAMPLE_EVENTS) });
  return `-- Nexmark ${query.name}\n-- ${query.asks}\n\n${table}${query.views}\n${query.select};\n`;
}

/** The files of the sample. */
export function nexmarkFiles(): SampleFile[] {
  // Slower than the benchmark, so that few events are several windows.
  const events = new NexmarkEvents({ ...NEXMARK_DEFAULTS, eventsPerSecond: 25 });
  const lines = Array.from({ length: FILE_EVENTS }, (_, n) => nexmarkLine(events.event(n)));
  return [
    { path: 'nexmark/data/events.jsonl', text: `${lines.join('\n')}\n` },
    ...NEXMARK_QUERIES.map((query) => ({ path: `nexmark/${query.name}.sql`, text: script(query) })),
  ];
}
