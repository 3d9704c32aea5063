-- a datagen bound that is no number
CREATE TABLE t (a INT) WITH ('connector' = 'datagen', 'number-of-rows' = '1', 'fields.a.min' = 'x');
SELECT * FROM t;
