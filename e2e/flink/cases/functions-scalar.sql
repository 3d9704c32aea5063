-- Scalar functions wherever an expression stands, with the casts that Flink puts in.
SET 'pipeline.auto-watermark-interval' = '0 ms';
CREATE TABLE payments (card STRING, city STRING, amount DECIMAL(10, 2), cmd STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
  WITH ('connector' = 'filesystem', 'path' = 'functions/payments.jsonl', 'format' = 'json');
CREATE TEMPORARY FUNCTION Risk AS 'functions/risk.ts' LANGUAGE TYPESCRIPT;
CREATE TEMPORARY FUNCTION strict AS 'functions/strict.ts' LANGUAGE TYPESCRIPT;
SELECT card, risk(amount, city) AS r, RISK(amount, 'home') AS r2, risk(NULL, city) AS r3, risk(CAST(amount AS DOUBLE), 'x') AS r4 FROM payments;
SELECT default_database.risk(CAST(12345678901.55 AS DECIMAL(20, 2)), 'x') AS too_large, risk(CAST(1.235 AS DECIMAL(4, 3)), 'x') AS rounded, risk(CAST(3 AS SMALLINT), city) AS small FROM payments WHERE risk(amount, city) > 30;
SELECT strict(strict(CHAR_LENGTH(COALESCE(city, '')))) AS n, COUNT(*) AS c FROM payments GROUP BY strict(strict(CHAR_LENGTH(COALESCE(city, ''))));
SELECT a.card, b.city FROM payments AS a JOIN payments AS b ON a.card = b.card AND strict(CHAR_LENGTH(COALESCE(a.city, ''))) = CHAR_LENGTH(COALESCE(b.city, '')) + 1 AND a.amount < b.amount;
CREATE TABLE n (a INT, b AS risk(CAST(a AS DECIMAL(10, 2)), 'x')) WITH ('connector' = 'datagen', 'number-of-rows' = '3', 'fields.a.kind' = 'sequence', 'fields.a.start' = '1', 'fields.a.end' = '3');
DESCRIBE n;
SELECT * FROM n;
SELECT CASE WHEN strict(a) > 2 THEN 'many' ELSE 'few' END AS word FROM (SELECT COALESCE(a, 0) AS a FROM n);
SHOW USER FUNCTIONS;
DROP TEMPORARY FUNCTION RISK;
SHOW USER FUNCTIONS;
