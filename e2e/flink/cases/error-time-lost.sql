-- a join loses event time: no window behind it
SET 'pipeline.auto-watermark-interval' = '0 ms';

CREATE TABLE early (id INT, k STRING, v DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
WITH ('connector' = 'filesystem', 'path' = 'input/early.jsonl', 'format' = 'json');

CREATE TABLE later (id INT, k STRING, v DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
WITH ('connector' = 'filesystem', 'path' = 'input/later.jsonl', 'format' = 'json');

CREATE TEMPORARY VIEW joined AS SELECT a.k, a.ts FROM early AS a JOIN later AS b ON a.k = b.k;
SELECT window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE joined, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
