-- a filter in front of a window keeps event time; one behind it filters closed windows
SET 'pipeline.auto-watermark-interval' = '0 ms';

CREATE TABLE events (
  id INT,
  k STRING,
  v INT,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'input/events.jsonl', 'format' = 'json');

CREATE TEMPORARY VIEW only_a AS SELECT ts, v FROM events WHERE k = 'a';
CREATE TEMPORARY VIEW sums AS SELECT window_start, SUM(v) AS s FROM TABLE(TUMBLE(TABLE only_a, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
SELECT * FROM sums WHERE s > 5;
