-- REGEXP, REGEXP_EXTRACT, REGEXP_REPLACE, SIMILAR TO
CREATE TABLE words (
  id INT,
  a STRING,
  b STRING,
  n INT
) WITH ('connector' = 'filesystem', 'path' = 'input/words.jsonl', 'format' = 'json');

SELECT id, REGEXP(a, '[A-Z]'), REGEXP_EXTRACT(a, '([a-z])([a-z]+)', 2), REGEXP_REPLACE(a, '[aeo]', '_'), a SIMILAR TO '%(lo|pad)%' FROM words;
