-- CASE mixes types upward; no ELSE is NULL; simple and searched form
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

SELECT id, CASE WHEN qty > 3 THEN 1 WHEN qty > 1 THEN 2.5 ELSE 0 END, CASE product WHEN 'lamp' THEN 'L' WHEN 'chair' THEN 'CH' END, CASE WHEN qty IS NULL THEN 'none' WHEN qty < 0 THEN 'back' ELSE 'some' END FROM orders;
