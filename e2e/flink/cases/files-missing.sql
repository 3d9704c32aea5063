-- a path that does not exist fails
CREATE TABLE gone (a INT) WITH ('connector' = 'filesystem', 'path' = 'input/no-such-file.csv', 'format' = 'csv');
SELECT * FROM gone;
