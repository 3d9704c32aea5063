-- result types of SUM and AVG; SUM of INT wraps, AVG of integers truncates
CREATE TABLE numbers (
  id INT,
  ti TINYINT,
  i INT,
  b BIGINT,
  d DECIMAL(10, 2),
  f DOUBLE,
  t BOOLEAN,
  s STRING
) WITH ('connector' = 'filesystem', 'path' = 'input/numbers.jsonl', 'format' = 'json');

SELECT SUM(ti) AS s1, SUM(i) AS s2, SUM(b) AS s3, SUM(d) AS s4, SUM(f) AS s5, AVG(ti) AS a1, AVG(i) AS a2, AVG(b) AS a3, AVG(d) AS a4, AVG(f) AS a5 FROM numbers;
SELECT MIN(t) AS m1, MAX(t) AS m2, MIN(s) AS m3, MAX(f) AS m4, COUNT(t) AS c FROM numbers;
