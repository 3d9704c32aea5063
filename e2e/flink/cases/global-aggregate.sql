-- an aggregate without GROUP BY: one row that changes, no row for no input
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

SELECT COUNT(*) AS n, SUM(qty) AS total, AVG(price) AS mean FROM orders;
SELECT COUNT(*) AS n, SUM(qty) AS total FROM orders WHERE id > 100;
