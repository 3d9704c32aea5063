-- a csv file is written: quoting, NULL, decimals, times
CREATE TABLE words (
  id INT,
  a STRING,
  b STRING,
  n INT
) WITH ('connector' = 'filesystem', 'path' = 'input/words.jsonl', 'format' = 'json');

CREATE TABLE copy_t (id INT, a STRING, b STRING, n INT, half DOUBLE, yes BOOLEAN) WITH ('connector' = 'filesystem', 'path' = 'output/files-csv-sink', 'format' = 'csv');
INSERT INTO copy_t SELECT id, a, b, n, n / 2E0, n > 0 FROM words;
CREATE TABLE raw_lines (line STRING) WITH ('connector' = 'filesystem', 'path' = 'output/files-csv-sink', 'format' = 'raw');
SELECT * FROM raw_lines;
