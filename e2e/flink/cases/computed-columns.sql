-- computed columns, also of computed columns, and a metadata column
CREATE TEMPORARY TABLE orders (
  id INT,
  qty INT,
  price DECIMAL(10, 2),
  amount AS qty * price,
  taxed AS CAST(qty * price * 1.19 AS DECIMAL(12, 2)),
  ts TIMESTAMP(3),
  `day` AS CAST(ts AS DATE),
  file_name STRING NOT NULL METADATA FROM 'file.name',
  file_size BIGINT NOT NULL METADATA FROM 'file.size' VIRTUAL
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');
SELECT id, amount, taxed, `day`, file_name, file_size FROM orders;
SELECT `day`, SUM(amount) AS s FROM orders GROUP BY `day`;
