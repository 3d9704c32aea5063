-- decimal casts round half up, sums widen, averages keep six digits
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

SELECT id, CAST(price / 3 AS DECIMAL(10, 2)) AS third, price / 3 AS exact_third, CAST(price * 1.005 AS DECIMAL(8, 1)) AS r, ROUND(price * 0.35, 1) AS r1, price * price AS sq FROM orders;
SELECT product, SUM(price / 3) AS s, AVG(price * 1.1) AS a FROM orders GROUP BY product;
SELECT CAST(SUM(price) AS DECIMAL(5, 2)) AS small FROM orders;
