-- which texts the csv format quotes, under several dialects
CREATE TABLE texts (id INT, a STRING, b STRING) WITH ('connector' = 'filesystem', 'path' = 'input/quoted-texts.jsonl', 'format' = 'json');
CREATE TABLE s1 (id INT, a STRING, b STRING) WITH ('connector' = 'filesystem', 'path' = 'output/csv-sink-quoting/1', 'format' = 'csv');
INSERT INTO s1 SELECT * FROM texts;
CREATE TABLE r1 (line STRING) WITH ('connector' = 'filesystem', 'path' = 'output/csv-sink-quoting/1', 'format' = 'raw');
SELECT * FROM r1;
CREATE TABLE s2 (id INT, a STRING, b STRING) WITH ('connector' = 'filesystem', 'path' = 'output/csv-sink-quoting/2', 'format' = 'csv', 'csv.field-delimiter' = '|', 'csv.quote-character' = '''', 'csv.null-literal' = 'n/a');
INSERT INTO s2 SELECT * FROM texts;
CREATE TABLE r2 (line STRING) WITH ('connector' = 'filesystem', 'path' = 'output/csv-sink-quoting/2', 'format' = 'raw');
SELECT * FROM r2;
CREATE TABLE s3 (id INT, a STRING, b STRING) WITH ('connector' = 'filesystem', 'path' = 'output/csv-sink-quoting/3', 'format' = 'csv', 'csv.disable-quote-character' = 'true');
INSERT INTO s3 SELECT * FROM texts;
CREATE TABLE r3 (line STRING) WITH ('connector' = 'filesystem', 'path' = 'output/csv-sink-quoting/3', 'format' = 'raw');
SELECT * FROM r3;
CREATE TABLE s4 (id INT, a STRING, b STRING) WITH ('connector' = 'filesystem', 'path' = 'output/csv-sink-quoting/4', 'format' = 'csv', 'csv.escape-character' = '\');
INSERT INTO s4 SELECT * FROM texts;
CREATE TABLE r4 (line STRING) WITH ('connector' = 'filesystem', 'path' = 'output/csv-sink-quoting/4', 'format' = 'raw');
SELECT * FROM r4;
