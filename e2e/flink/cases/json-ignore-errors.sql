-- json: with ignore-parse-errors the broken line is left out
CREATE TABLE broken (id INT, v INT) WITH ('connector' = 'filesystem', 'path' = 'input/broken.jsonl', 'format' = 'json', 'json.ignore-parse-errors' = 'true');
SELECT * FROM broken;
