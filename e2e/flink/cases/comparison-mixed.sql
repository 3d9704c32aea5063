-- comparisons across numeric types, text and booleans
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

SELECT id, i = b, i < d, f > d, ti <> i, t = (i > 0), d = 2.5, f = 1E7, b >= 2147483648 FROM numbers;
SELECT id, s < 'b', s = '12', s > '-', s <> ' 3.7 ' FROM numbers;
