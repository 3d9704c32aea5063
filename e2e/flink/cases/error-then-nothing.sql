-- statements before the error have run, those behind it have not
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

SELECT COUNT(*) AS n FROM orders WHERE id < 3;
SELECT nothing FROM orders;
SELECT COUNT(*) AS n FROM orders WHERE id < 2;
