-- a csv delimiter of two characters
CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = 'input/odd-records.csv', 'format' = 'csv', 'csv.field-delimiter' = '||');
SELECT * FROM t;
