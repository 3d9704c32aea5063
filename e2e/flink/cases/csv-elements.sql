-- csv arrays and rows, comments, the escape character
CREATE TABLE t (id STRING, a ARRAY<STRING>, n ARRAY<INT>, r ROW<x INT, y STRING>) WITH ('connector' = 'filesystem', 'path' = 'input/csv-elements.csv', 'format' = 'csv', 'csv.allow-comments' = 'true', 'csv.escape-character' = '\', 'csv.ignore-parse-errors' = 'true');
SELECT * FROM t;
