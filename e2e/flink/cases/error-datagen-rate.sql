-- a datagen null rate above one
CREATE TABLE t (a INT) WITH ('connector' = 'datagen', 'number-of-rows' = '1', 'fields.a.null-rate' = '2');
SELECT * FROM t;
