-- inner join of two files: duplicates multiply, NULL keys never match
CREATE TABLE orders (
  id INT,
  customer STRING,
  product STRING,
  qty INT,
  price DECIMAL(10, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json');
CREATE TABLE customers (
  name STRING,
  country STRING
) WITH ('connector' = 'filesystem', 'path' = 'input/customers.csv', 'format' = 'csv', 'csv.null-literal' = '');

SELECT o.id, o.customer, c.country FROM orders AS o JOIN customers AS c ON o.customer = c.name;
