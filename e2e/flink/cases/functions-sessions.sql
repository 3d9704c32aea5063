-- Sessions by a timer beside those of SQL; a card in two cities within ten seconds.
SET 'pipeline.auto-watermark-interval' = '0 ms';
CREATE TABLE payments (card STRING, city STRING, amount DECIMAL(10, 2), cmd STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
  WITH ('connector' = 'filesystem', 'path' = 'functions/payments.jsonl', 'format' = 'json');
CREATE TEMPORARY FUNCTION sessions AS 'functions/sessions.ts' LANGUAGE TYPESCRIPT;
CREATE TEMPORARY FUNCTION cross_city AS 'functions/cross-city.ts' LANGUAGE TYPESCRIPT;
SELECT * FROM sessions(input => TABLE payments PARTITION BY card, gap => CAST(1500 AS BIGINT), on_time => DESCRIPTOR(ts));
SELECT card, window_start, window_end, COUNT(*) AS n FROM SESSION(TABLE payments PARTITION BY card, DESCRIPTOR(ts), INTERVAL '1.500' SECOND) GROUP BY card, window_start, window_end;
SELECT * FROM cross_city(input => (SELECT city, card, ts FROM payments) PARTITION BY card, within_ms => CAST(10000 AS BIGINT), on_time => DESCRIPTOR(ts));
