-- an aggregate behind a join of two updating inputs
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

CREATE TEMPORARY VIEW per_customer AS SELECT customer, COUNT(*) AS n FROM orders GROUP BY customer;
CREATE TEMPORARY VIEW per_product AS SELECT product, COUNT(*) AS n FROM orders GROUP BY product;
SELECT c.n, COUNT(*) AS pairs, MAX(p.product) AS last_product FROM per_customer AS c JOIN per_product AS p ON c.n = p.n GROUP BY c.n;
