-- how csv and json write decimals, doubles and every kind of text
CREATE TEMPORARY VIEW samples AS SELECT * FROM (VALUES
  (1, 100.00, 1E7, 'plain'), (2, 0.10, 0.5E0, 'a b'), (3, 1000000.00, 1.5E-9, 'a-b_c./:d'), (4, 0.00, 1E300, 'it''s'),
  (5, -1200.50, 0.1E0, 'a;b'), (6, 0.01, 123456789E0, 'a"b'), (7, 99999999.99, 3E0, 'x,y'), (8, 20.00, 2.5E0, '#hash'),
  (9, 1.00, 1E-3, 'much longer than twentyfour letters'), (10, 3000.00, 0E0, 'muchlongerthantwentyfourletters'),
  (11, 12.34, 1E21, 'ünïcödé'), (12, 5.00, 12E0, 'tab	tab'), (13, 7.00, 7E0, '(x)'), (14, 8.00, 8E0, 'a+b'), (15, 9.00, 9E0, 'a=b?'),
  (16, 9.10, 9E0, '-'), (17, 9.20, 9E0, 'a\b'), (18, 9.30, 9E0, '[x]{y}|~@^')) AS t (id, m, d, s);
CREATE TABLE csv_t (id INT, m DECIMAL(12, 2), d DOUBLE, s STRING, ts TIMESTAMP(3), dt DATE, b VARBINARY(2), f FLOAT) WITH ('connector' = 'filesystem', 'path' = 'output/sink-values-csv', 'format' = 'csv');
CREATE TABLE csv_raw (line STRING) WITH ('connector' = 'filesystem', 'path' = 'output/sink-values-csv', 'format' = 'raw');
CREATE TABLE json_t (id INT, m DECIMAL(12, 2), d DOUBLE, s STRING, ts TIMESTAMP(3), dt DATE, b VARBINARY(2), f FLOAT) WITH ('connector' = 'filesystem', 'path' = 'output/sink-values-json', 'format' = 'json');
CREATE TABLE json_raw (line STRING) WITH ('connector' = 'filesystem', 'path' = 'output/sink-values-json', 'format' = 'raw');
CREATE TABLE plain_t (id INT, m DECIMAL(12, 2)) WITH ('connector' = 'filesystem', 'path' = 'output/sink-values-plain', 'format' = 'json', 'json.encode.decimal-as-plain-number' = 'true');
CREATE TABLE plain_raw (line STRING) WITH ('connector' = 'filesystem', 'path' = 'output/sink-values-plain', 'format' = 'raw');
CREATE TABLE plain_csv (id INT, m DECIMAL(12, 2)) WITH ('connector' = 'filesystem', 'path' = 'output/sink-values-plain-csv', 'format' = 'csv', 'csv.write-bigdecimal-in-scientific-notation' = 'false');
CREATE TABLE plain_csv_raw (line STRING) WITH ('connector' = 'filesystem', 'path' = 'output/sink-values-plain-csv', 'format' = 'raw');
INSERT INTO csv_t SELECT id, m, d, s, TIMESTAMP '2024-01-02 03:04:05.600', DATE '2024-01-02', X'4142', CAST(d AS FLOAT) FROM samples;
INSERT INTO json_t SELECT id, m, d, s, TIMESTAMP '2024-01-02 03:04:05.600', DATE '2024-01-02', X'4142', CAST(d AS FLOAT) FROM samples;
INSERT INTO plain_t SELECT id, m FROM samples;
INSERT INTO plain_csv SELECT id, m FROM samples;
SELECT * FROM csv_raw;
SELECT * FROM json_raw;
SELECT * FROM plain_raw;
SELECT * FROM plain_csv_raw;
SELECT id, m, d, s, ts, dt, b, f FROM csv_t WHERE id IN (1, 2, 6, 12, 17);
SELECT id, m, d, s, ts, dt, b FROM json_t WHERE id IN (1, 2, 6, 12, 17);
CREATE TABLE semi_t (id INT, s STRING, dt DATE, ok BOOLEAN, b VARBINARY(3)) WITH ('connector' = 'filesystem', 'path' = 'output/sink-values-semi', 'format' = 'csv', 'csv.field-delimiter' = ';', 'csv.null-literal' = 'NULL');
CREATE TABLE semi_raw (line STRING) WITH ('connector' = 'filesystem', 'path' = 'output/sink-values-semi', 'format' = 'raw');
INSERT INTO semi_t SELECT id, NULLIF(s, '-'), DATE '2024-01-02', id > 2, X'fbf0ff' FROM samples;
SELECT * FROM semi_raw;
CREATE TABLE esc_t (id INT, s STRING) WITH ('connector' = 'filesystem', 'path' = 'output/sink-values-esc', 'format' = 'csv', 'csv.escape-character' = '\', 'csv.quote-character' = '''');
CREATE TABLE esc_raw (line STRING) WITH ('connector' = 'filesystem', 'path' = 'output/sink-values-esc', 'format' = 'raw');
INSERT INTO esc_t SELECT id, s FROM samples;
SELECT * FROM esc_raw;
CREATE TABLE none_t (id INT, s STRING) WITH ('connector' = 'filesystem', 'path' = 'output/sink-values-none', 'format' = 'csv', 'csv.disable-quote-character' = 'true');
CREATE TABLE none_raw (line STRING) WITH ('connector' = 'filesystem', 'path' = 'output/sink-values-none', 'format' = 'raw');
INSERT INTO none_t SELECT id, s FROM samples;
SELECT * FROM none_raw;
