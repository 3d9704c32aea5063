CREATE TABLE t (a STRING, b STRING, c INT) WITH ('connector' = 'filesystem', 'path' = 'input/csv-short.csv', 'format' = 'csv', 'csv.fail-on-missing-columns' = 'true');
SELECT * FROM t;
