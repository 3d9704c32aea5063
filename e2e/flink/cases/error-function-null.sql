-- A value that may be NULL for an argument that may not.
SET 'pipeline.auto-watermark-interval' = '0 ms';
CREATE TABLE payments (card STRING, city STRING, amount DECIMAL(10, 2), cmd STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
  WITH ('connector' = 'filesystem', 'path' = 'functions/payments.jsonl', 'format' = 'json');
CREATE TEMPORARY FUNCTION strict AS 'functions/strict.ts' LANGUAGE TYPESCRIPT;
SELECT strict(CHAR_LENGTH(city)) FROM payments;
