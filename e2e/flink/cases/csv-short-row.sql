-- csv: a row with too few fields
CREATE TABLE short_t (k STRING, n INT) WITH ('connector' = 'filesystem', 'path' = 'input/short-row.csv', 'format' = 'csv');
SELECT * FROM short_t;
