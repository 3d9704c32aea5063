-- csv: with ignore-parse-errors the field becomes NULL
CREATE TABLE bad (k STRING, n INT) WITH ('connector' = 'filesystem', 'path' = 'input/bad-number.csv', 'format' = 'csv', 'csv.ignore-parse-errors' = 'true');
SELECT * FROM bad;
CREATE TABLE short_t (k STRING, n INT) WITH ('connector' = 'filesystem', 'path' = 'input/short-row.csv', 'format' = 'csv', 'csv.ignore-parse-errors' = 'true');
SELECT * FROM short_t;
