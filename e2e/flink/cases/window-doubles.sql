-- sums of DOUBLE in windows: Flink adds the first row of each batch last, and merges the newest slice first
SET 'pipeline.auto-watermark-interval' = '0 ms';

CREATE TABLE numbers (
  id INT,
  k STRING,
  v DOUBLE,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '4' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'input/doubles.csv', 'format' = 'csv');

SELECT window_start, SUM(v) AS s, AVG(v) AS a, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE numbers, DESCRIPTOR(ts), INTERVAL '20' SECOND)) GROUP BY window_start, window_end;
SELECT window_start, SUM(v) AS s, AVG(v) AS a, COUNT(*) AS n FROM TABLE(HOP(TABLE numbers, DESCRIPTOR(ts), INTERVAL '10' SECOND, INTERVAL '40' SECOND)) GROUP BY window_start, window_end;
SELECT window_start, k, SUM(v) AS s, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE numbers, DESCRIPTOR(ts), INTERVAL '30' SECOND)) GROUP BY window_start, window_end, k;
SELECT window_start, k, SUM(v) AS s, COUNT(*) AS n FROM TABLE(HOP(TABLE numbers, DESCRIPTOR(ts), INTERVAL '20' SECOND, INTERVAL '60' SECOND)) GROUP BY window_start, window_end, k;
