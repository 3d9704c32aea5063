-- back-ticks, doubled quotes, comments and unicode in names and texts
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

/* a block comment; with a semicolon */
CREATE TEMPORARY VIEW `my view` AS -- a comment; with a semicolon
SELECT id AS `the ``id`````, customer AS `größe`, 'it''s; -- no comment' AS `text`, U&'\00e9' AS accent FROM orders /* in between */ WHERE id < 3;
SELECT `the ``id`````, `größe`, `text`, accent FROM `my view`;
SELECT * FROM default_catalog.default_database.orders WHERE id = 1;
