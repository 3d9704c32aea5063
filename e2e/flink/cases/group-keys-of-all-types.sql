-- decimals, doubles, booleans, timestamps and dates as keys
CREATE TABLE numbers (
  id INT,
  ti TINYINT,
  i INT,
  b BIGINT,
  d DECIMAL(10, 2),
  f DOUBLE,
  t BOOLEAN,
  s STRING
) WITH ('connector' = 'filesystem', 'path' = 'input/numbers.jsonl', 'format' = 'json');
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

SELECT f, COUNT(*) AS n FROM (SELECT f * 0 AS f FROM numbers) GROUP BY f;
SELECT d > 0 AS pos, t, COUNT(*) AS n FROM numbers GROUP BY d > 0, t;
SELECT price, COUNT(*) AS n FROM orders GROUP BY price;
SELECT ts, COUNT(*) AS n FROM orders GROUP BY ts;
SELECT CAST(ts AS DATE) AS d, FLOOR(ts TO MINUTE) AS m, COUNT(*) AS n FROM orders GROUP BY CAST(ts AS DATE), FLOOR(ts TO MINUTE);
