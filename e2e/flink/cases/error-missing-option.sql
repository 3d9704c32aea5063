-- an option that the connector needs
CREATE TABLE a (x INT) WITH ('connector' = 'filesystem', 'format' = 'json');
SELECT * FROM a;
