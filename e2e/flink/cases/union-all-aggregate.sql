-- an aggregate over UNION ALL
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

SELECT name, COUNT(*) AS n FROM (
  SELECT customer AS name FROM orders
  UNION ALL
  SELECT product AS name FROM orders
) GROUP BY name;
