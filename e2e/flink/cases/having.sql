-- HAVING is a filter behind the aggregate: each kind of row passes alone
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

SELECT customer, SUM(qty) AS total FROM orders GROUP BY customer HAVING SUM(qty) > 1;
SELECT product, COUNT(*) AS n FROM orders GROUP BY product HAVING COUNT(*) = 2;
SELECT product FROM orders GROUP BY product HAVING MIN(qty) < 1 OR MAX(price) > 100;
