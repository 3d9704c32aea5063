-- more columns than the sink has
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

CREATE TABLE out_t (a INT) WITH ('connector' = 'print', 'print-identifier' = 'out', 'standard-error' = 'true');
INSERT INTO out_t SELECT id FROM orders WHERE id = 1;
INSERT INTO out_t SELECT id, qty FROM orders;
