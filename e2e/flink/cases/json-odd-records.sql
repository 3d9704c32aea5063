-- odd json records under json.ignore-parse-errors, and what becomes of their fields
CREATE TABLE t (i INT, b BIGINT, d DECIMAL(10, 2), s STRING, o BOOLEAN, x DOUBLE, `__proto__` STRING) WITH ('connector' = 'filesystem', 'path' = 'input/odd-records.jsonl', 'format' = 'json', 'json.ignore-parse-errors' = 'true');
SELECT * FROM t;
