-- COUNT, SUM, AVG, MIN, MAX by key, with NULL values and a NULL key
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

SELECT customer, COUNT(*) AS n, COUNT(qty) AS with_qty, SUM(qty) AS total, AVG(qty) AS mean, MIN(price) AS low, MAX(price) AS high, AVG(price) AS mean_price, MAX(product) AS last_product FROM orders GROUP BY customer;
