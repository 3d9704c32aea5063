-- CAST of text that is no number fails the job
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

SELECT id, CAST(s AS INT) FROM numbers WHERE id < 3;
SELECT id, CAST(s AS INT) FROM numbers;
