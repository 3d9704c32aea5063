CREATE TABLE t (a STRING, b STRING, c INT) WITH ('connector' = 'filesystem', 'path' = 'input/csv-spaces.csv', 'format' = 'csv', 'csv.ignore-parse-errors' = 'true', 'csv.ignore-trailing-unmappable' = 'true');
SELECT * FROM t;
