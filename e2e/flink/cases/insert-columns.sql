-- INSERT with a column list, fewer and in another order
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

CREATE TABLE out_t (a INT, b STRING, c DOUBLE) WITH ('connector' = 'print');
INSERT INTO out_t (b, a) SELECT customer, id FROM orders;
INSERT INTO out_t VALUES (100, 'last', 0.5), (101, CAST(NULL AS STRING), 1E0);
