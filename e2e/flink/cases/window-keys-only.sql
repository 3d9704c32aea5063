-- window aggregates without an aggregate function, and with window_time
SET 'pipeline.auto-watermark-interval' = '0 ms';

CREATE TABLE events (
  id INT,
  k STRING,
  v INT,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'input/events.jsonl', 'format' = 'json');

SELECT window_start, window_end FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
SELECT window_time, COUNT(*) AS n, AVG(v) AS a FROM TABLE(HOP(TABLE events, DESCRIPTOR(ts), INTERVAL '10' SECOND, INTERVAL '10' SECOND)) GROUP BY window_start, window_end, window_time;
