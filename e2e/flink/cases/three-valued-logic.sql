-- AND, OR, NOT, IS over TRUE, FALSE and NULL of column data
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

SELECT id, t AND i > 0, t OR i > 0, NOT t, t IS TRUE, t IS NOT TRUE, t IS FALSE, t IS UNKNOWN, t = t, t IS DISTINCT FROM TRUE FROM numbers;
