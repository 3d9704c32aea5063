-- SELECT DISTINCT, also of an updating input, and COUNT(DISTINCT)
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

SELECT DISTINCT product FROM orders;
CREATE TEMPORARY VIEW per_customer AS SELECT customer, COUNT(*) AS n FROM orders GROUP BY customer;
SELECT DISTINCT n FROM per_customer;
SELECT customer, COUNT(DISTINCT product) AS products, SUM(DISTINCT qty) AS s FROM orders GROUP BY customer;
