-- SUM and AVG of DOUBLE add and take back in order
CREATE TABLE early (id INT, k STRING, v DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
WITH ('connector' = 'filesystem', 'path' = 'input/early.jsonl', 'format' = 'json');

CREATE TABLE later (id INT, k STRING, v DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
WITH ('connector' = 'filesystem', 'path' = 'input/later.jsonl', 'format' = 'json');

CREATE TEMPORARY VIEW per_key AS SELECT k, SUM(v) AS s, AVG(v) AS a FROM early GROUP BY k;
SELECT COUNT(*) AS n, SUM(s) AS s, AVG(a) AS a, MIN(s) AS lo, MAX(s) AS hi FROM per_key;
SELECT SUM(v), AVG(v), SUM(CAST(v AS FLOAT)) FROM later;
