-- the most used string functions on column data
CREATE TABLE words (
  id INT,
  a STRING,
  b STRING,
  n INT
) WITH ('connector' = 'filesystem', 'path' = 'input/words.jsonl', 'format' = 'json');

SELECT id, UPPER(a), LOWER(a), CHAR_LENGTH(a), TRIM(a), LTRIM(a), RTRIM(a), REVERSE(a), a || b, CONCAT(a, '-', b), CONCAT_WS('/', a, b) FROM words;
SELECT id, SUBSTRING(a, 2), SUBSTRING(a, 2, 3), SUBSTRING(a FROM n), LEFT(a, 3), RIGHT(a, 3), POSITION(b IN a), REPLACE(a, b, '#'), REPEAT(b, 2), LPAD(a, 4, '*'), RPAD(a, 14, '*'), SPLIT_INDEX(a, ',', 2), INITCAP(a) FROM words;
