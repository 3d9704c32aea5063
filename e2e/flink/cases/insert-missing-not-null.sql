-- an INSERT that leaves out a NOT NULL column
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

CREATE TABLE out_t (a INT, b STRING NOT NULL) WITH ('connector' = 'print');
INSERT INTO out_t (a) SELECT id FROM orders;
