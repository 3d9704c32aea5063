CREATE TABLE t (a STRING, b STRING, c STRING) WITH ('connector' = 'filesystem', 'path' = 'input/csv-empty.csv', 'format' = 'csv', 'csv.empty-string-as-null' = 'true');
SELECT * FROM t;
