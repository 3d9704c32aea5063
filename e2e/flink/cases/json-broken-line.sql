-- json: a line that is no json fails while running
CREATE TABLE broken (id INT, v INT) WITH ('connector' = 'filesystem', 'path' = 'input/broken.jsonl', 'format' = 'json');
SELECT * FROM broken;
