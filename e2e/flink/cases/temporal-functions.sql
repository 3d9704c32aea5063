-- parts, formats, differences and rounding of timestamps
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

SELECT id, EXTRACT(HOUR FROM ts), EXTRACT(DOW FROM ts), EXTRACT(WEEK FROM ts), YEAR(ts), MONTH(ts), DAYOFMONTH(ts), SECOND(ts), DATE_FORMAT(ts, 'yyyy/MM/dd HH:mm'), CAST(ts AS DATE), CAST(ts AS TIME) FROM orders;
SELECT id, FLOOR(ts TO MINUTE), CEIL(ts TO HOUR), FLOOR(ts TO DAY), ts + INTERVAL '1' MONTH, ts - INTERVAL '1 02:03:04' DAY TO SECOND, TIMESTAMPDIFF(SECOND, TIMESTAMP '2024-03-01 10:00:00', ts), TIMESTAMPADD(DAY, qty, ts), ts > TIMESTAMP '2024-03-01 10:00:20' FROM orders;
