-- odd csv records: blanks, quotes in the middle, empty fields of each type, the null literal
CREATE TABLE t (i INT, s STRING, d DOUBLE, o BOOLEAN) WITH ('connector' = 'filesystem', 'path' = 'input/odd-records.csv', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'csv.ignore-parse-errors' = 'true');
SELECT * FROM t;
