-- A process function: its columns, names that clash, views and windows over its rows.
SET 'pipeline.auto-watermark-interval' = '0 ms';
CREATE TABLE payments (card STRING, city STRING, amount DECIMAL(10, 2), cmd STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
  WITH ('connector' = 'filesystem', 'path' = 'functions/payments.jsonl', 'format' = 'json');
CREATE TEMPORARY FUNCTION echo AS 'functions/echo.ts' LANGUAGE TYPESCRIPT;
SELECT * FROM echo(input => TABLE payments PARTITION BY card);
SELECT * FROM echo(input => TABLE payments PARTITION BY (city, card), on_time => DESCRIPTOR(ts), uid => 'two-keys');
SELECT line, card FROM TABLE(echo(TABLE payments PARTITION BY card)) WHERE card = 'a';
SELECT * FROM echo(input => (SELECT card AS line, amount FROM payments WHERE amount > 5) PARTITION BY line);
SELECT * FROM echo(input => (SELECT card AS rowtime, ts FROM payments) PARTITION BY (rowtime, rowtime), on_time => DESCRIPTOR(ts));
SELECT * FROM echo(input => (VALUES ('a', 1), ('b', 2)) PARTITION BY EXPR$0);
CREATE TEMPORARY VIEW lines AS SELECT * FROM echo(input => TABLE payments PARTITION BY card, on_time => DESCRIPTOR(ts));
DESCRIBE lines;
SELECT window_start, window_end, COUNT(*) AS n FROM TUMBLE(TABLE lines, DESCRIPTOR(rowtime), INTERVAL '2' SECOND) GROUP BY window_start, window_end;
SELECT card, COUNT(*) AS n FROM lines GROUP BY card;
