-- text constants have a length: CASE, UNION ALL and sinks
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

SELECT CASE WHEN qty > 1 THEN 'many' ELSE 'a few' END AS c, IF(qty > 1, 'y', 'no') AS i, COALESCE(customer, 'nobody') AS n FROM orders WHERE id < 4;
CREATE TABLE out_t (a CHAR(4), b VARCHAR(2), c STRING) WITH ('connector' = 'print');
INSERT INTO out_t SELECT 'ab', 'abcd', 'x' FROM orders WHERE id < 3;
INSERT INTO out_t SELECT product, customer, CAST(id AS STRING) FROM orders WHERE id IN (5, 9);
