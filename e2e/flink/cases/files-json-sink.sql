-- a json file is written, and read again by the next statement
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

CREATE TABLE copy_t (id INT, customer STRING, amount DECIMAL(12, 2), ts TIMESTAMP(3), ok BOOLEAN) WITH ('connector' = 'filesystem', 'path' = 'output/files-json-sink', 'format' = 'json');
INSERT INTO copy_t SELECT id, customer, qty * price, ts, qty > 1 FROM orders;
SELECT * FROM copy_t;
CREATE TABLE raw_lines (line STRING) WITH ('connector' = 'filesystem', 'path' = 'output/files-json-sink', 'format' = 'raw');
SELECT * FROM raw_lines;
