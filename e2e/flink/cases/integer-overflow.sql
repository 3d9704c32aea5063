-- integers wrap at their width
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

SELECT id, i + 1, i - 1, i * 2, b + 1, b * 2, ti + ti, -ti, ABS(i), i * CAST(i AS BIGINT) FROM numbers;
