-- IN with NULL, NOT IN, BETWEEN, LIKE with escape
CREATE TABLE words (
  id INT,
  a STRING,
  b STRING,
  n INT
) WITH ('connector' = 'filesystem', 'path' = 'input/words.jsonl', 'format' = 'json');

SELECT id, n IN (1, 2, 9), n IN (1, CAST(NULL AS INT)), n NOT IN (1, 2), n NOT IN (7, CAST(NULL AS INT)), n BETWEEN 0 AND 3, n NOT BETWEEN 0 AND 3 FROM words;
SELECT id, a LIKE '%o%', a LIKE '_ello%', a NOT LIKE '%a%', a LIKE '%\%%' ESCAPE '\', a LIKE '%!_%' ESCAPE '!' FROM words;
