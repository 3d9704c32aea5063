-- json: missing fields, other types, objects as text
CREATE TABLE loose (id INT, s STRING, n INT) WITH ('connector' = 'filesystem', 'path' = 'input/loose.jsonl', 'format' = 'json');
SELECT * FROM loose;
