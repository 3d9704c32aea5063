-- IF NOT EXISTS keeps the first table; a temporary table hides another
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

CREATE TABLE IF NOT EXISTS orders (x STRING) WITH ('connector' = 'print');
SELECT COUNT(*) AS n FROM orders WHERE id < 4;
CREATE TEMPORARY TABLE orders (
  id INT
) WITH ('connector' = 'filesystem', 'path' = 'input/later.jsonl', 'format' = 'json');
SELECT * FROM orders;
