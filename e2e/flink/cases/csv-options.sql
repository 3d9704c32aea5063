-- csv: another delimiter, comments, a literal for NULL
CREATE TABLE semis (name STRING, n INT, d DOUBLE) WITH ('connector' = 'filesystem', 'path' = 'input/semicolons.csv', 'format' = 'csv', 'csv.field-delimiter' = ';', 'csv.allow-comments' = 'true', 'csv.null-literal' = 'n/a');
SELECT * FROM semis;
