-- datagen length of a fixed-length column
CREATE TABLE t (a CHAR(5)) WITH ('connector' = 'datagen', 'number-of-rows' = '1', 'fields.a.length' = '3');
SELECT * FROM t;
