-- a blackhole sink takes every kind of row and gives no result
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

CREATE TABLE hole (customer STRING, n BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO hole SELECT customer, COUNT(*) FROM orders GROUP BY customer;
SELECT COUNT(*) AS n FROM orders WHERE id > 8;
