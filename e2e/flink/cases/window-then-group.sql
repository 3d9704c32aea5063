-- a running aggregate over closed windows
SET 'pipeline.auto-watermark-interval' = '0 ms';

CREATE TABLE events (
  id INT,
  k STRING,
  v INT,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'input/events.jsonl', 'format' = 'json');

CREATE TEMPORARY VIEW per_window AS SELECT window_start, k, SUM(v) AS s FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, k;
SELECT k, COUNT(*) AS windows, SUM(s) AS s, MAX(s) AS best FROM per_window GROUP BY k;
