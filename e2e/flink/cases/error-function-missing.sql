-- A process function wants all its arguments.
SET 'pipeline.auto-watermark-interval' = '0 ms';
CREATE TABLE payments (card STRING, city STRING, amount DECIMAL(10, 2), cmd STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
  WITH ('connector' = 'filesystem', 'path' = 'functions/payments.jsonl', 'format' = 'json');
CREATE TEMPORARY FUNCTION w AS 'functions/echo-with.ts' LANGUAGE TYPESCRIPT;
SELECT * FROM w(input => TABLE payments PARTITION BY card, factor => 1);
