-- an aggregate in WHERE, and in an aggregate
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

SELECT customer FROM orders WHERE COUNT(*) > 1 GROUP BY customer;
