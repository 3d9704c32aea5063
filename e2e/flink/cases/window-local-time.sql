-- windows of TIMESTAMP_LTZ are cut at the wall clock of the session
SET 'pipeline.auto-watermark-interval' = '0 ms';
SET 'table.local-time-zone' = 'Asia/Kolkata';

CREATE TABLE readings (
  id INT,
  ms BIGINT,
  at_ltz AS TO_TIMESTAMP_LTZ(ms, 3),
  WATERMARK FOR at_ltz AS at_ltz
) WITH ('connector' = 'filesystem', 'path' = 'input/epoch.jsonl', 'format' = 'json');

SELECT id, at_ltz, CAST(at_ltz AS STRING), EXTRACT(HOUR FROM at_ltz) FROM readings;
SELECT window_start, window_end, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(at_ltz), INTERVAL '1' HOUR)) GROUP BY window_start, window_end;
RESET 'table.local-time-zone';
SELECT id, at_ltz FROM readings WHERE id = 1;
