-- SUM, AVG, MIN, MAX and COUNT take rows back
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

CREATE TEMPORARY VIEW per_customer AS SELECT customer, SUM(qty) AS total, MAX(price) AS high FROM orders GROUP BY customer;
SELECT COUNT(*) AS n, SUM(total) AS s, AVG(total) AS a, MIN(total) AS lo, MAX(total) AS hi, COUNT(total) AS c FROM per_customer;
SELECT high, SUM(total) AS s, MIN(customer) AS lo, MAX(customer) AS hi FROM per_customer GROUP BY high;
