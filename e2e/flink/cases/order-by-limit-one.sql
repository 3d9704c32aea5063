-- ORDER BY … LIMIT 1 replaces its row with -U and +U; ROW_NUMBER() = 1 in ascending order does not say -U
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

SELECT id, qty FROM orders ORDER BY qty LIMIT 1;
SELECT id, price FROM orders ORDER BY price DESC LIMIT 1;
SELECT id, qty, price FROM orders ORDER BY qty, price DESC LIMIT 1;
SELECT id, qty FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY qty) AS rn FROM orders) WHERE rn = 1;
SELECT id, qty FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY qty DESC) AS rn FROM orders) WHERE rn = 1;
SELECT COUNT(*) AS n, SUM(qty) AS s FROM (SELECT id, qty FROM orders ORDER BY qty LIMIT 1);
