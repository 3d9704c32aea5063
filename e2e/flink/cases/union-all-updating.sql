-- UNION ALL of updating inputs keeps the kinds of rows
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

SELECT customer AS name, COUNT(*) AS n FROM orders GROUP BY customer
UNION ALL
SELECT product AS name, SUM(qty) AS n FROM orders GROUP BY product;
