-- RANK and DENSE_RANK without a filter on them count the rows up to the last peer
CREATE TABLE scores (id INT, v INT) WITH ('connector' = 'datagen', 'number-of-rows' = '6', 'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '6', 'fields.v.kind' = 'sequence', 'fields.v.start' = '1', 'fields.v.end' = '6');

SELECT id, RANK() OVER (ORDER BY w) AS r, DENSE_RANK() OVER (ORDER BY w) AS d FROM (SELECT id, MOD(v * 5, 3) AS w FROM scores);
