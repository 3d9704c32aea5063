-- an option whose value is no number
CREATE TABLE a (x INT) WITH ('connector' = 'datagen', 'number-of-rows' = 'many');
SELECT * FROM a;
