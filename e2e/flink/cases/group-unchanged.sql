-- no output when the aggregate row did not change
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

SELECT customer, MAX(price) AS high FROM orders GROUP BY customer;
SELECT MIN(id) AS first_id FROM orders;
SELECT product FROM orders GROUP BY product;
