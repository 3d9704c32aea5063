-- datagen bounds the wrong way round
CREATE TABLE t (a INT) WITH ('connector' = 'datagen', 'number-of-rows' = '1', 'fields.a.min' = '5', 'fields.a.max' = '1');
SELECT * FROM t;
