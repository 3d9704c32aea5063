-- raw with an unknown charset
CREATE TABLE t (a STRING) WITH ('connector' = 'filesystem', 'path' = 'input/odd-records.csv', 'format' = 'raw', 'raw.charset' = 'UTF-99');
SELECT * FROM t;
