-- a view that is wrong is refused when it is made
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

CREATE TEMPORARY VIEW bad AS SELECT id, nothing FROM orders;
SELECT id FROM orders;
