-- grouping by an expression and by two columns
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

SELECT qty > 1 AS many, COUNT(*) AS n FROM orders GROUP BY qty > 1;
SELECT customer, product, COUNT(*), SUM(qty * price) FROM orders GROUP BY customer, product;
SELECT CHAR_LENGTH(product) + 1, MIN(id), MAX(id) FROM orders GROUP BY CHAR_LENGTH(product) + 1;
