-- a SUM whose last value is taken back becomes NULL; a group whose last row is taken back is deleted
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

CREATE TEMPORARY VIEW latest AS SELECT customer, MAX(id) AS id, SUM(qty) AS total FROM orders GROUP BY customer;
SELECT id > 5 AS late, COUNT(*) AS n, SUM(total) AS s, AVG(total) AS a, MAX(total) AS m FROM latest GROUP BY id > 5;
