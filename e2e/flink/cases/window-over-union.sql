-- a window over two sources waits for the slower watermark
SET 'pipeline.auto-watermark-interval' = '0 ms';

CREATE TABLE early (id INT, k STRING, v DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
WITH ('connector' = 'filesystem', 'path' = 'input/early.jsonl', 'format' = 'json');

CREATE TABLE later (id INT, k STRING, v DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
WITH ('connector' = 'filesystem', 'path' = 'input/later.jsonl', 'format' = 'json');

CREATE TEMPORARY VIEW both_t AS SELECT * FROM early UNION ALL SELECT * FROM later;
SELECT window_start, COUNT(*) AS n, SUM(id) AS s, MAX(id) AS hi FROM TABLE(TUMBLE(TABLE both_t, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
