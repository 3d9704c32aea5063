-- MIN and MAX of text, times, booleans and decimals that are taken back
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

CREATE TEMPORARY VIEW latest AS
SELECT customer, MAX(product) AS product, MAX(ts) AS ts, MIN(qty) > 0 AS positive, SUM(price) AS price FROM orders GROUP BY customer;
SELECT MIN(product) AS p1, MAX(product) AS p2, MIN(ts) AS t1, MAX(ts) AS t2, MIN(positive) AS b1, MAX(positive) AS b2, MIN(price) AS m1, MAX(price) AS m2 FROM latest;
