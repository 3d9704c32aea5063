-- WHERE keeps only TRUE: a comparison with NULL is neither
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

SELECT id, qty FROM orders WHERE qty > 1;
SELECT id, qty FROM orders WHERE NOT (qty > 1);
SELECT id FROM orders WHERE customer <> 'ada' OR product = 'chair';
SELECT id FROM orders WHERE customer IS NULL OR qty IS NULL;
