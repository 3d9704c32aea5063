-- a print sink with the primary key of the query gets all kinds of rows
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

CREATE TABLE out_t (customer STRING, n BIGINT, PRIMARY KEY (customer) NOT ENFORCED) WITH ('connector' = 'print');
INSERT INTO out_t SELECT COALESCE(customer, '-'), COUNT(*) FROM orders GROUP BY COALESCE(customer, '-');
