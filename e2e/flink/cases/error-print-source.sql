-- a sink that is read
CREATE TABLE a (x INT) WITH ('connector' = 'print');
SELECT * FROM a;
