-- State of a process function by key: a value, a list and a map.
SET 'pipeline.auto-watermark-interval' = '0 ms';
CREATE TABLE payments (card STRING, city STRING, amount DECIMAL(10, 2), cmd STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
  WITH ('connector' = 'filesystem', 'path' = 'functions/payments.jsonl', 'format' = 'json');
CREATE TEMPORARY FUNCTION running_count AS 'functions/running-count.ts' LANGUAGE TYPESCRIPT;
CREATE TEMPORARY FUNCTION seen AS 'functions/seen.ts' LANGUAGE TYPESCRIPT;
SELECT * FROM running_count(input => TABLE payments PARTITION BY card);
SELECT * FROM seen(input => (SELECT city, card FROM payments) PARTITION BY card);
