-- datagen length beyond the column
CREATE TABLE t (a VARCHAR(5)) WITH ('connector' = 'datagen', 'number-of-rows' = '1', 'fields.a.length' = '8');
SELECT * FROM t;
