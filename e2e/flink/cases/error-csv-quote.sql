-- csv quoting set and switched off
CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = 'input/odd-records.csv', 'format' = 'csv', 'csv.quote-character' = '"', 'csv.disable-quote-character' = 'true');
SELECT * FROM t;
