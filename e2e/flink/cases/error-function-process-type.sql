-- An argument of a process function of another type.
SET 'pipeline.auto-watermark-interval' = '0 ms';
CREATE TABLE payments (card STRING, city STRING, amount DECIMAL(10, 2), cmd STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
  WITH ('connector' = 'filesystem', 'path' = 'functions/payments.jsonl', 'format' = 'json');
CREATE TEMPORARY FUNCTION w AS 'functions/echo-with.ts' LANGUAGE TYPESCRIPT;
SELECT * FROM w(TABLE payments PARTITION BY card, 'abc', 'x');
