-- integer division truncates, decimals get a scale, doubles know infinity
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

SELECT id, i / 2, i / -2, MOD(i, 3), i % 3, d / 3, d / i, 7 / 2.0, f / 2, i / 2.0E0 FROM numbers;
SELECT id, f / 0, d * d, d * 1.005, d + i, d - 0.005 FROM numbers;
