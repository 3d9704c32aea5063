-- a connector that is not there
CREATE TABLE a (x INT) WITH ('connector' = 'pigeon');
SELECT * FROM a;
