-- numbers inside of json text: as doubles, and as decimals once a column is DECIMAL
CREATE TABLE t (s STRING, o STRING) WITH ('connector' = 'filesystem', 'path' = 'input/json-numbers-in-text.jsonl', 'format' = 'json');
SELECT * FROM t;
CREATE TABLE d (s STRING, o STRING, x DECIMAL(5, 2)) WITH ('connector' = 'filesystem', 'path' = 'input/json-numbers-in-text.jsonl', 'format' = 'json');
SELECT * FROM d;
SELECT s FROM d;
