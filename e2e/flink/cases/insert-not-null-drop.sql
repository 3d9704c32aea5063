-- the not-null enforcer can drop the row instead
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

SET 'table.exec.sink.not-null-enforcer' = 'DROP';
CREATE TABLE out_t (id INT, customer STRING NOT NULL) WITH ('connector' = 'print');
INSERT INTO out_t SELECT id, customer FROM orders;
