-- a datagen option for a column that does not exist
CREATE TABLE t (a INT) WITH ('connector' = 'datagen', 'number-of-rows' = '1', 'fields.b.min' = '5');
SELECT * FROM t;
