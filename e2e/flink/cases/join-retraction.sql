-- a join with an updating side takes its rows back
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

CREATE TEMPORARY VIEW totals AS SELECT customer, SUM(qty) AS total FROM orders GROUP BY customer;
SELECT o.id, o.customer, t.total FROM orders AS o JOIN totals AS t ON o.customer = t.customer;
