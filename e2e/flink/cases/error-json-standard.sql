-- an unknown json timestamp format
CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = 'input/odd-records.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'RFC');
SELECT * FROM t;
