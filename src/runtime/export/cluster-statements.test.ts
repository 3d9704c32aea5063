/** What a SQL gateway is sent for a script: one statement after the other, with paths that the cluster can find. */
import { expect, test } from 'vitest';
import { parseScript } from '../sql/1-parse/parse-script.ts';
import { clusterStatements } from './cluster-statements.ts';

const statementsOf = (text: string) => clusterStatements(text, parseScript(text).script, "/it's/here");

test('statements come one by one with their paths made absolute, what only shows something is left out', () => {
  const script = statementsOf(`SET 'pipeline.name' = 'mine';
-- a comment; with a semicolon
CREATE TABLE t (a INT, path STRING) WITH ('connector' = 'filesystem', 'path' = 'data/t.json', 'x' = 'path');
CREATE TABLE u (a INT) WITH ('path' = '/absolute', 'connector' = 'filesystem');
CREATE FUNCTION f AS 'a.B' LANGUAGE JAVA USING JAR 'jvm/target/a.jar';
SELECT * FROM t;
INSERT INTO s SELECT a FROM t /*+ OPTIONS('path' = 'other.json') */ WHERE path = 'data/t.json';
BEGIN STATEMENT SET; INSERT INTO s SELECT 1; INSERT INTO c.d.\`s 2\` SELECT 2; END;`);
  expect(script.statements).toEqual([
    { number: 1, text: "SET 'pipeline.name' = 'mine'", isJob: false, sinks: [] },
    {
      number: 2,
      text: "CREATE TABLE t (a INT, path STRING) WITH ('connector' = 'filesystem', 'path' = '/it''s/here/data/t.json', 'x' = 'path')",
      isJob: false,
      sinks: [],
    },
    {
      number: 3,
      text: "CREATE TABLE u (a INT) WITH ('path' = '/absolute', 'connector' = 'filesystem')",
      isJob: false,
      sinks: [],
    },
    {
      number: 4,
      text: "CREATE FUNCTION f AS 'a.B' LANGUAGE JAVA USING JAR '/it''s/here/jvm/target/a.jar'",
      isJob: false,
      sinks: [],
    },
    {
      number: 6,
      text: "INSERT INTO s SELECT a FROM t /*+ OPTIONS('path' = '/it''s/here/other.json') */ WHERE path = 'data/t.json'",
      isJob: true,
      sinks: ['s'],
    },
    {
      number: 7,
      text: 'EXECUTE STATEMENT SET BEGIN  INSERT INTO s SELECT 1; INSERT INTO c.d.`s 2` SELECT 2; END',
      isJob: true,
      sinks: ['s', 's 2'],
    },
  ]);
  expect([...script.settings]).toEqual([['pipeline.name', 'mine']]);
  expect(script.skipped).toEqual([5]);
});
