-- Sessions, twice
-- One evening of a radio: listening sessions by SQL, the same by an operator in TypeScript, and proof that they agree.

-- Send a watermark after every row that moves it: what is late then never depends on the speed of the machine.
SET 'pipeline.auto-watermark-interval' = '0 ms';

CREATE TABLE plays (
  listener STRING,
  song STRING,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '30' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'data/plays.jsonl',
  'format' = 'json'
);

-- A session ends when ten minutes go by without a play. SQL has a window for that: it grows with each play, and a late
-- play may join two sessions into one.
CREATE TEMPORARY VIEW sql_sessions AS
SELECT listener, window_start AS session_start, window_end AS session_end, COUNT(*) AS play_count
FROM TABLE(SESSION(TABLE plays PARTITION BY listener, DESCRIPTOR(ts), INTERVAL '10' MINUTE))
GROUP BY listener, window_start, window_end;

-- The same by hand: what the window does for you is the state, the merging and the timers in this file.
CREATE TEMPORARY FUNCTION listening_sessions AS 'operators/listening-sessions.ts' LANGUAGE TYPESCRIPT;

CREATE TEMPORARY VIEW typescript_sessions AS
SELECT listener, session_start, session_end, play_count
FROM listening_sessions(
  input => TABLE plays PARTITION BY listener,
  on_time => DESCRIPTOR(ts),
  uid => 'listening-sessions'
);

-- Each session of one side is +1, of the other -1. What does not add up to zero is a difference: after the run this
-- table is empty, and each of its rows was taken back.
CREATE TEMPORARY VIEW differences AS
SELECT listener, session_start, session_end, play_count, SUM(side) AS side
FROM (
  SELECT *, 1 AS side FROM sql_sessions
  UNION ALL
  SELECT *, -1 AS side FROM typescript_sessions
)
GROUP BY listener, session_start, session_end, play_count
HAVING SUM(side) <> 0;

CREATE TABLE sql_report (
  listener STRING,
  session_start TIMESTAMP(3),
  session_end TIMESTAMP(3),
  play_count BIGINT
) WITH ('connector' = 'print');

CREATE TABLE typescript_report (
  listener STRING,
  session_start TIMESTAMP(3),
  session_end TIMESTAMP(3),
  play_count BIGINT
) WITH ('connector' = 'print');

CREATE TABLE difference_report (
  listener STRING,
  session_start TIMESTAMP(3),
  session_end TIMESTAMP(3),
  play_count BIGINT,
  side INT
) WITH ('connector' = 'print');

EXECUTE STATEMENT SET
BEGIN
  INSERT INTO sql_report SELECT * FROM sql_sessions;
  INSERT INTO typescript_report SELECT * FROM typescript_sessions;
  INSERT INTO difference_report SELECT * FROM differences;
END;
