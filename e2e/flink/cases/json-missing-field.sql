-- json: numbers from text, a field that is missing, and one that must not be missing
CREATE TABLE typed (id INT, s STRING, n DOUBLE) WITH ('connector' = 'filesystem', 'path' = 'input/loose.jsonl', 'format' = 'json', 'json.fail-on-missing-field' = 'false');
SELECT id, n, CHAR_LENGTH(s) AS len FROM typed;
CREATE TABLE strict (id INT, s STRING) WITH ('connector' = 'filesystem', 'path' = 'input/loose.jsonl', 'format' = 'json', 'json.fail-on-missing-field' = 'true');
SELECT * FROM strict;
