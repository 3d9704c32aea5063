/** What words of the grammar mean that are no functions: window functions, clauses, types. Our own words. */

/** Documentation of a word. */
export interface WordDoc {
  readonly signature: string;
  readonly text: string;
  readonly example: string;
}

const TVF_TAIL = 'Adds window_start, window_end and window_time to the columns of the table.';

/** Window table functions. */
export const WINDOW_FUNCTIONS: Readonly<Record<string, WordDoc>> = {
  TUMBLE: {
    signature: 'TUMBLE(DATA => TABLE t, TIMECOL => DESCRIPTOR(ts), SIZE => interval, OFFSET => interval)',
    text: `Puts each row into one window of a fixed size; windows stand side by side and never overlap. ${TVF_TAIL}`,
    example:
      "SELECT window_start, COUNT(*) FROM TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '10' MINUTE)\nGROUP BY window_start, window_end",
  },
  HOP: {
    signature:
      'HOP(DATA => TABLE t, TIMECOL => DESCRIPTOR(ts), SLIDE => interval, SIZE => interval, OFFSET => interval)',
    text: `Windows of a fixed size that begin every SLIDE, so that a row may be in several. SIZE must be a multiple of SLIDE. ${TVF_TAIL}`,
    example:
      "SELECT window_start, COUNT(*) FROM HOP(TABLE orders, DESCRIPTOR(ts), INTERVAL '5' MINUTE, INTERVAL '10' MINUTE)\nGROUP BY window_start, window_end",
  },
  CUMULATE: {
    signature:
      'CUMULATE(DATA => TABLE t, TIMECOL => DESCRIPTOR(ts), STEP => interval, SIZE => interval, OFFSET => interval)',
    text: `Windows that begin together and grow by STEP up to SIZE: a total so far, every STEP. ${TVF_TAIL}`,
    example:
      "SELECT window_end, SUM(price) FROM CUMULATE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' HOUR, INTERVAL '1' DAY)\nGROUP BY window_start, window_end",
  },
  SESSION: {
    signature: 'SESSION(DATA => TABLE t PARTITION BY key, TIMECOL => DESCRIPTOR(ts), GAP => interval)',
    text: `A window for each run of rows with no pause longer than GAP, per key. ${TVF_TAIL}`,
    example:
      "SELECT user_id, COUNT(*) FROM SESSION(TABLE clicks PARTITION BY user_id, DESCRIPTOR(ts), INTERVAL '30' MINUTE)\nGROUP BY user_id, window_start, window_end",
  },
};

/** Clauses and words of DDL. */
export const KEYWORD_DOCS: Readonly<Record<string, string>> = {
  WATERMARK:
    "Declares a column as event time and says how late rows may come: `WATERMARK FOR ts AS ts - INTERVAL '5' SECOND`.",
  ENFORCED: 'Flink keeps no rows to check keys with, so a PRIMARY KEY is always NOT ENFORCED.',
  METADATA: 'A column whose value comes beside the record: a timestamp, a partition, an offset.',
  VIRTUAL: 'The column can be read and is not written.',
  PARTITIONED: 'Columns by which a file table is laid out in folders.',
  TEMPORARY: 'Lives as long as the session and hides a permanent table of the same name.',
  HAVING: 'Keeps groups, after aggregation; WHERE keeps rows, before it.',
  QUALIFY: 'Keeps rows by the result of a window function such as ROW_NUMBER.',
  LATERAL: 'The right side may use columns of the left one.',
  OVER: 'Computes over the rows around each row instead of one row for a group.',
  DESCRIPTOR: 'Names a column as an argument of a table function.',
  MATCH_RECOGNIZE: 'Finds patterns of rows in the order of time.',
  SYSTEM_TIME: '`FOR SYSTEM_TIME AS OF t.ts`: the version of the right table at that time.',
};

/** Types that a column or CAST can name. */
export const TYPE_NAMES: readonly string[] = [
  'STRING', 'BOOLEAN', 'INT', 'BIGINT', 'DOUBLE', 'DECIMAL(10, 2)', 'TIMESTAMP(3)', 'TIMESTAMP_LTZ(3)', 'DATE', 'TIME',
  'TINYINT', 'SMALLINT', 'FLOAT', 'VARCHAR(255)', 'CHAR(1)', 'BYTES', 'ARRAY<STRING>', 'MAP<STRING, STRING>',
  'ROW<a INT>', 'MULTISET<STRING>',
]; // biome-ignore format: a table of words

/** Units of intervals. */
export const TIME_UNITS: readonly string[] = ['SECOND', 'MINUTE', 'HOUR', 'DAY', 'MONTH', 'YEAR'];

/** What a keyword is usually followed by. */
export const PHRASES: Readonly<Record<string, string>> = {
  GROUP: 'GROUP BY', ORDER: 'ORDER BY', PARTITION: 'PARTITION BY', PARTITIONED: 'PARTITIONED BY', PRIMARY: 'PRIMARY KEY',
  INSERT: 'INSERT INTO', LEFT: 'LEFT JOIN', RIGHT: 'RIGHT JOIN', FULL: 'FULL JOIN', INNER: 'INNER JOIN',
  CROSS: 'CROSS JOIN', WATERMARK: 'WATERMARK FOR',
}; // biome-ignore format: a table of words
