-- numeric casts of column data: narrowing wraps, decimals overflow to NULL, doubles saturate
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

SELECT id, CAST(i AS TINYINT), CAST(b AS INT), CAST(i AS BIGINT), CAST(d AS INT), CAST(f AS INT), CAST(f AS BIGINT), CAST(i AS DOUBLE), CAST(d AS DECIMAL(4, 1)), CAST(f AS DECIMAL(12, 2)), CAST(t AS INT), CAST(i AS BOOLEAN) FROM numbers;
SELECT id, CAST(ti AS STRING), CAST(b AS STRING), CAST(d AS STRING), CAST(f AS STRING), CAST(t AS STRING), CAST(i AS CHAR(3)), CAST(i AS VARCHAR(2)), CAST(d AS FLOAT) FROM numbers;
