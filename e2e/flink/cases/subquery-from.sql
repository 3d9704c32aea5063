-- derived tables, with and without column names
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

SELECT x.who, x.amount * 2 AS twice FROM (SELECT customer AS who, qty * price AS amount FROM orders WHERE qty > 0) AS x WHERE x.amount > 30;
SELECT a, b FROM (SELECT id, qty FROM orders) AS t (a, b) WHERE b >= 3;
SELECT MAX(n) AS most FROM (SELECT product, COUNT(*) AS n FROM orders GROUP BY product);
