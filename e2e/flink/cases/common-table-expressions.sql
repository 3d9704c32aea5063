-- WITH: several, one on another, one that hides a table
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

WITH big AS (SELECT * FROM orders WHERE qty > 1), named AS (SELECT customer, qty FROM big WHERE customer IS NOT NULL)
SELECT customer, SUM(qty) AS total FROM named GROUP BY customer;
WITH orders AS (SELECT 1 AS id UNION ALL SELECT 2) SELECT SUM(id) AS s FROM orders;
