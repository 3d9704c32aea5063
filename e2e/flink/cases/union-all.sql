-- UNION ALL of two ways from one source, with types that widen
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

SELECT id, qty AS n, 'q' AS what FROM orders WHERE qty > 1
UNION ALL
SELECT id, price AS n, 'price' AS what FROM orders WHERE price > 30;
