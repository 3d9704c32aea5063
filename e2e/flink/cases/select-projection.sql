-- projection: arithmetic, aliases, qualified names, a star beside columns
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

SELECT o.id, qty * price AS amount, -qty AS negated, qty + 1, o.*, 'text' AS label, 1.50 AS rate FROM orders AS o;
