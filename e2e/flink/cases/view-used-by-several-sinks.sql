-- an updating view that several sinks of one job read
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

CREATE TEMPORARY VIEW per_customer AS SELECT customer, COUNT(*) AS n, SUM(qty) AS total FROM orders GROUP BY customer;
CREATE TABLE all_out (customer STRING, n BIGINT, total INT) WITH ('connector' = 'print');
CREATE TABLE busy_out (customer STRING, n BIGINT) WITH ('connector' = 'print');
CREATE TABLE sum_out (customers BIGINT, total INT) WITH ('connector' = 'print');
CREATE TABLE hole (n BIGINT) WITH ('connector' = 'blackhole');
EXECUTE STATEMENT SET
BEGIN
  INSERT INTO all_out SELECT * FROM per_customer;
  INSERT INTO busy_out SELECT customer, n FROM per_customer WHERE n > 1;
  INSERT INTO sum_out SELECT COUNT(*), SUM(total) FROM per_customer;
  INSERT INTO hole SELECT n FROM per_customer;
END;
