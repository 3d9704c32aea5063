/**
 * Flink SQL for Monaco: colours and brackets. Meaning comes from the language worker; this only has to
 * tell words, strings, numbers and comments apart, also in text that does not parse.
 */
import type * as Monaco from 'monaco-editor/editor';

/** Id of the language. */
export const FLINK_SQL = 'flinksql';

/** Words that shape statements; offered by completion too. */
export const KEYWORDS =
  `ADD ALL ALTER ALWAYS AND ANTI ANY AS ASC ASYMMETRIC AT BEGIN BETWEEN BOTH BY CASE CAST CATALOG CLUSTER COLUMN COMMENT
  CONSTRAINT CREATE CROSS CUBE CURRENT DATABASE DEFINE DELETE DESC DESCRIBE DESCRIPTOR DISTINCT DISTRIBUTED DROP ELSE
  EMIT END ENFORCED ESCAPE EXCEPT EXCLUDING EXECUTE EXISTS EXPLAIN FALSE FETCH FILTER FIRST FOLLOWING FOR FROM FULL
  FUNCTION GENERATED GROUP GROUPING HAVING IF IGNORE IN INCLUDING INNER INSERT INTERSECT INTERVAL INTO IS JOIN KEY
  LANGUAGE LAST LATERAL LEADING LEFT LIKE LIMIT MATCH MATCH_RECOGNIZE MEASURES METADATA MINUS NATURAL NEXT NOT NULL
  NULLS OF OFFSET ON ONE ONLY OPTIONS OR ORDER ORDINALITY OUTER OVER OVERWRITE PARTITION PARTITIONED PAST PATTERN PER
  PRECEDING PRIMARY RANGE REPLACE RESET RESPECT RIGHT ROLLUP ROW ROWS SELECT SEMI SET SETS SHOW SIMILAR SKIP
  STATEMENT SYMMETRIC SYSTEM SYSTEM_TIME TABLE TABLES TEMPORARY THEN TO TRAILING TRUE TRY_CAST TYPESCRIPT UNBOUNDED
  UNION UNIQUE UNKNOWN UNNEST UPDATE USE USING VALUES VIEW VIRTUAL WATERMARK WHEN WHERE WINDOW WITH WITHIN WITHOUT
  SECOND MINUTE HOUR DAY MONTH YEAR`
    .split(/\s+/)
    .filter(Boolean);

/** Type names. */
export const TYPE_NAMES =
  `ARRAY BIGINT BINARY BOOLEAN BYTES CHAR DATE DEC DECIMAL DOUBLE FLOAT INT INTEGER MAP MULTISET NUMERIC RAW SMALLINT
  STRING TIME TIMESTAMP TIMESTAMP_LTZ TINYINT VARBINARY VARCHAR ZONE LOCAL`
    .split(/\s+/)
    .filter(Boolean);

/** Registers the language with its colours. */
export function registerFlinkSql(monaco: typeof Monaco): void {
  monaco.languages.register({ id: FLINK_SQL, extensions: ['.sql'], aliases: ['Flink SQL'] });
  monaco.languages.setLanguageConfiguration(FLINK_SQL, {
    comments: { lineComment: '--', blockComment: ['/*', '*/'] },
    brackets: [
      ['(', ')'],
      ['[', ']'],
      ['{', '}'],
    ],
    autoClosingPairs: [
      { open: '(', close: ')' },
      { open: '[', close: ']' },
      { open: "'", close: "'", notIn: ['string', 'comment'] },
      { open: '`', close: '`', notIn: ['string', 'comment'] },
    ],
    surroundingPairs: [
      { open: '(', close: ')' },
      { open: "'", close: "'" },
      { open: '`', close: '`' },
    ],
  });
  monaco.languages.setMonarchTokensProvider(FLINK_SQL, {
    ignoreCase: true,
    defaultToken: '',
    keywords: KEYWORDS,
    types: TYPE_NAMES,
    tokenizer: {
      root: [
        [/--.*$/, 'comment'],
        [/\/\*\+/, { token: 'keyword', next: '@hint' }],
        [/\/\*/, { token: 'comment', next: '@comment' }],
        [/'/, { token: 'string', next: '@string' }],
        [/`/, { token: 'identifier.quote', next: '@quoted' }],
        [/\d+(\.\d*)?([eE][-+]?\d+)?|\.\d+([eE][-+]?\d+)?/, 'number'],
        [/[a-z_$][\w$]*(?=\s*\()/, { cases: { '@types': 'type', '@keywords': 'keyword', '@default': 'function' } }],
        [/[a-z_$][\w$]*/, { cases: { '@keywords': 'keyword', '@types': 'type', '@default': 'identifier' } }],
        [/[;,.()[\]{}]/, 'delimiter'],
        [/[-+*/%<>=!|&^~?:]+/, 'operator'],
      ],
      comment: [
        [/[^*]+/, 'comment'],
        [/\*\//, { token: 'comment', next: '@pop' }],
        [/\*/, 'comment'],
      ],
      hint: [
        [/\*\//, { token: 'keyword', next: '@pop' }],
        [/'[^']*'/, 'string'],
        [/[^*']+/, 'identifier'],
        [/[*']/, 'identifier'],
      ],
      string: [
        [/[^']+/, 'string'],
        [/''/, 'string'],
        [/'/, { token: 'string', next: '@pop' }],
      ],
      quoted: [
        [/[^`]+/, 'identifier.quote'],
        [/``/, 'identifier.quote'],
        [/`/, { token: 'identifier.quote', next: '@pop' }],
      ],
    },
  } as Monaco.languages.IMonarchLanguage);
}
