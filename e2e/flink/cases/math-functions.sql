-- the most used functions of numbers
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

SELECT id, ABS(d), ROUND(d, 1), ROUND(f, 2), FLOOR(d), CEIL(d), FLOOR(f), CEIL(f), SIGN(d), SIGN(f), TRUNCATE(d, 1), MOD(b, 7) FROM numbers WHERE id <> 2;
SELECT id, POWER(f, 2), SQRT(ABS(f)), EXP(ti), LN(ABS(d)), LOG10(1000), SIN(0), GREATEST(ti, 1), LEAST(i, 3) FROM numbers WHERE id IN (1, 4, 5, 6);
