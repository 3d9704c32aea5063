-- an inner join with a second condition, USING and a comma join
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

CREATE TEMPORARY VIEW renamed AS SELECT customer AS name, id, qty FROM orders;
SELECT o.id, c.country FROM orders AS o INNER JOIN customers AS c ON o.customer = c.name AND o.qty > 1 AND c.country <> 'Spain';
SELECT name, id, country FROM renamed JOIN customers USING (name);
SELECT o.id, c.country FROM orders o, customers c WHERE o.customer = c.name AND o.price > 20;
