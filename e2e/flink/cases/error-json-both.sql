-- json.fail-on-missing-field with json.ignore-parse-errors
CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = 'input/odd-records.jsonl', 'format' = 'json', 'json.fail-on-missing-field' = 'true', 'json.ignore-parse-errors' = 'true');
SELECT * FROM t;
