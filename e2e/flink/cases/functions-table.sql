-- Table functions: inner and left, with conditions, alone, in a chain, over updates.
SET 'pipeline.auto-watermark-interval' = '0 ms';
CREATE TABLE payments (card STRING, city STRING, amount DECIMAL(10, 2), cmd STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
  WITH ('connector' = 'filesystem', 'path' = 'functions/payments.jsonl', 'format' = 'json');
CREATE TEMPORARY FUNCTION words AS 'functions/words.ts' LANGUAGE TYPESCRIPT;
SELECT card, w.a, w.b FROM payments, LATERAL TABLE(words(cmd)) AS w(a, b);
SELECT card, word, size FROM payments LEFT JOIN LATERAL TABLE(words(cmd)) AS w ON TRUE;
SELECT card, word FROM payments LEFT JOIN LATERAL TABLE(words(text => cmd)) AS w ON w.size = 4;
SELECT card, word FROM payments CROSS JOIN LATERAL TABLE(words(cmd)) AS w WHERE w.size > 5;
SELECT * FROM TABLE(words('hello big world'));
SELECT * FROM words('hello big world') WHERE size = 5;
SELECT w.word, w2.size FROM payments, LATERAL TABLE(words(cmd)) AS w, LATERAL TABLE(words(w.word)) AS w2 WHERE w.size = 3;
SELECT card, n, word FROM (SELECT card, COUNT(*) AS n FROM payments GROUP BY card), LATERAL TABLE(words(CAST(n AS STRING) || ' x'));
