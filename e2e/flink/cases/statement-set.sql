-- EXECUTE STATEMENT SET and BEGIN STATEMENT SET: several sinks, one of them twice
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');

CREATE TABLE first_t (id INT, what STRING) WITH ('connector' = 'print');
CREATE TABLE second_t (customer STRING, n BIGINT) WITH ('connector' = 'print');
EXECUTE STATEMENT SET
BEGIN
  INSERT INTO first_t SELECT id, customer FROM orders WHERE qty > 1;
  INSERT INTO second_t SELECT customer, COUNT(*) FROM orders GROUP BY customer;
END;
BEGIN STATEMENT SET;
  INSERT INTO first_t SELECT id, product FROM orders WHERE id > 8;
  INSERT INTO second_t SELECT product, MAX(id) FROM orders GROUP BY product;
END;
