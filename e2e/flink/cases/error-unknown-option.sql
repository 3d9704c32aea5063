-- an option that the connector does not know
CREATE TABLE a (x INT) WITH ('connector' = 'filesystem', 'path' = 'input/orders.jsonl', 'format' = 'json', 'speed' = 'fast');
SELECT * FROM a;
