CREATE TABLE t (a STRING, b STRING, c INT) WITH ('connector' = 'filesystem', 'path' = 'input/csv-trailing.csv', 'format' = 'csv');
SELECT * FROM t;
