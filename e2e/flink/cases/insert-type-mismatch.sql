-- text into a number is refused before anything runs
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

CREATE TABLE out_t (a INT, b INT) WITH ('connector' = 'print');
INSERT INTO out_t SELECT id, customer FROM orders;
