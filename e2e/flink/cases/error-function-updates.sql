-- Updates cannot go into a process function.
SET 'pipeline.auto-watermark-interval' = '0 ms';
CREATE TABLE payments (card STRING, city STRING, amount DECIMAL(10, 2), cmd STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
  WITH ('connector' = 'filesystem', 'path' = 'functions/payments.jsonl', 'format' = 'json');
CREATE TEMPORARY FUNCTION echo AS 'functions/echo.ts' LANGUAGE TYPESCRIPT;
SELECT * FROM echo(input => (SELECT card, COUNT(*) AS n FROM payments GROUP BY card) PARTITION BY card);
