-- a view of a view, a column list, a view that is used twice
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

CREATE VIEW sold (who, what, pieces) AS SELECT customer, product, qty FROM orders WHERE qty > 0;
CREATE TEMPORARY VIEW by_who AS SELECT who, SUM(pieces) AS pieces FROM sold GROUP BY who;
CREATE TEMPORARY VIEW IF NOT EXISTS by_who AS SELECT 1 AS x;
SELECT * FROM by_who WHERE who <> 'ben';
SELECT what, who FROM sold;
