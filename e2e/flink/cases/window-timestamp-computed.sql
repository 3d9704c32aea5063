-- event time from a computed column, with a watermark far behind
SET 'pipeline.auto-watermark-interval' = '0 ms';

CREATE TABLE readings (
  id INT,
  ms BIGINT,
  at_time AS CAST(TO_TIMESTAMP_LTZ(ms, 3) AS TIMESTAMP(3)),
  WATERMARK FOR at_time AS at_time - INTERVAL '10' MINUTE
) WITH ('connector' = 'filesystem', 'path' = 'input/epoch.jsonl', 'format' = 'json');
SELECT window_start, COUNT(*) AS n, MIN(id) AS lo FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(at_time), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
