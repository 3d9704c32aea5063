-- a source joined with itself: each pair once
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

SELECT a.id AS left_id, b.id AS right_id, a.product FROM orders AS a JOIN orders AS b ON a.product = b.product AND a.id < b.id;
