-- COALESCE, NULLIF, IF, IFNULL, GREATEST and LEAST with NULL
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

SELECT id, COALESCE(i, 0), COALESCE(i, b, 1), NULLIF(i, 7), NULLIF(s, 'abc'), IF(t, 'yes', 'no'), IF(i > 0, i, ti), IFNULL(s, '-'), GREATEST(i, 3), LEAST(i, 3), COALESCE(d, 0) FROM numbers;
