-- Rows sorted by time before a process function sees them; late ones are dropped.
SET 'pipeline.auto-watermark-interval' = '0 ms';
CREATE TABLE payments (card STRING, city STRING, amount DECIMAL(10, 2), cmd STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
  WITH ('connector' = 'filesystem', 'path' = 'functions/payments.jsonl', 'format' = 'json');
CREATE TEMPORARY FUNCTION probe AS 'functions/timer-probe.ts' LANGUAGE TYPESCRIPT;
SELECT * FROM probe(input => TABLE payments PARTITION BY card ORDER BY ts, on_time => DESCRIPTOR(ts));
SELECT * FROM probe(input => TABLE payments PARTITION BY card ORDER BY (ts, amount DESC));
