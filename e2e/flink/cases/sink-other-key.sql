-- a sink whose primary key is not the key of the query
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

CREATE TABLE out_t (customer STRING, n BIGINT, PRIMARY KEY (n) NOT ENFORCED) WITH ('connector' = 'print');
INSERT INTO out_t SELECT customer, COUNT(*) FROM orders GROUP BY customer;
