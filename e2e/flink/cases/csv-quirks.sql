-- csv: quotes, doubled quotes, empty fields, line breaks in quotes, spaces
CREATE TABLE quirks (k STRING, txt STRING, n INT) WITH ('connector' = 'filesystem', 'path' = 'input/quirks.csv', 'format' = 'csv', 'csv.null-literal' = '');
SELECT k, txt, n, CHAR_LENGTH(k), CHAR_LENGTH(txt) FROM quirks;
