-- implicit casts into a sink: widening, decimal to double, precision of timestamps
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

CREATE TABLE out_t (id BIGINT, qty DOUBLE, price DECIMAL(12, 3), ts TIMESTAMP(0), label VARCHAR(20)) WITH ('connector' = 'print');
INSERT INTO out_t SELECT id, qty, price, ts, customer FROM orders;
