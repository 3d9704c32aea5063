-- raw with two columns
CREATE TABLE t (a STRING, b STRING) WITH ('connector' = 'filesystem', 'path' = 'input/odd-records.csv', 'format' = 'raw');
SELECT * FROM t;
