-- HAVING over an aggregate of an aggregate
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

CREATE TEMPORARY VIEW per_customer AS SELECT customer, COUNT(*) AS n FROM orders GROUP BY customer;
SELECT n, COUNT(*) AS customers FROM per_customer GROUP BY n HAVING COUNT(*) > 1;
SELECT n, COUNT(customer) AS named FROM per_customer WHERE n < 3 GROUP BY n;
