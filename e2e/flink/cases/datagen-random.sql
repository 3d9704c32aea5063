-- datagen: as many rows as asked for, values within their bounds
CREATE TABLE rnd (a INT, b DOUBLE, c STRING, d BOOLEAN) WITH ('connector' = 'datagen', 'number-of-rows' = '200', 'rows-per-second' = '1000000', 'fields.a.min' = '5', 'fields.a.max' = '9', 'fields.b.min' = '0', 'fields.b.max' = '1', 'fields.c.length' = '6');
SELECT COUNT(*) AS n, SUM(CASE WHEN a BETWEEN 5 AND 9 THEN 1 ELSE 0 END) AS inside, SUM(CASE WHEN b >= 0 AND b < 1 THEN 1 ELSE 0 END) AS unit, SUM(CASE WHEN CHAR_LENGTH(c) = 6 THEN 1 ELSE 0 END) AS six, COUNT(d) AS bools FROM rnd;
