-- datagen: sequences end the source; a shorter one ends it first
CREATE TABLE seq (a INT, b BIGINT, c STRING) WITH ('connector' = 'datagen', 'rows-per-second' = '1000000', 'fields.a.kind' = 'sequence', 'fields.a.start' = '1', 'fields.a.end' = '7', 'fields.b.kind' = 'sequence', 'fields.b.start' = '-2', 'fields.b.end' = '9', 'fields.c.kind' = 'sequence', 'fields.c.start' = '10', 'fields.c.end' = '16');
SELECT * FROM seq;
SELECT MOD(a, 3) AS r, COUNT(*) AS n, SUM(b) AS s FROM seq GROUP BY MOD(a, 3);
