-- Timers: in the past, replaced, cleared, several at one watermark, set by timers, and at the end of the input.
SET 'pipeline.auto-watermark-interval' = '0 ms';
CREATE TABLE payments (card STRING, city STRING, amount DECIMAL(10, 2), cmd STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
  WITH ('connector' = 'filesystem', 'path' = 'functions/payments.jsonl', 'format' = 'json');
CREATE TEMPORARY FUNCTION probe AS 'functions/timer-probe.ts' LANGUAGE TYPESCRIPT;
SELECT * FROM probe(input => TABLE payments PARTITION BY card, on_time => DESCRIPTOR(ts));
SELECT * FROM probe(input => TABLE payments PARTITION BY card);
CREATE TEMPORARY VIEW v AS SELECT * FROM probe(input => TABLE payments PARTITION BY card, on_time => DESCRIPTOR(ts));
SELECT event, rowtime, CURRENT_WATERMARK(rowtime) AS w FROM v;
SELECT event, rowtime FROM v ORDER BY rowtime;
