-- raw with an array
CREATE TABLE t (a ARRAY<INT>) WITH ('connector' = 'filesystem', 'path' = 'input/odd-records.csv', 'format' = 'raw');
SELECT * FROM t;
