-- a constant is kept as a decimal, so it has no negative zero; column data has one
SELECT -0.0E0, -(0.0E0), CAST('-0.0' AS DOUBLE), 0.0E0 * -1, CEIL(-0.5E0), CAST('-0.0' AS FLOAT);
SELECT * FROM (VALUES (-0.0E0, CAST('-0.0' AS DOUBLE)), (1E0, CEIL(-0.5E0))) AS t (a, b);
CREATE TABLE zeros (s STRING, d DOUBLE) WITH ('connector' = 'filesystem', 'path' = 'input/zeros.csv', 'format' = 'csv');
SELECT d, -d, ABS(d), ROUND(d, 1), CEIL(d), CAST(s AS DOUBLE), CAST(d AS FLOAT), d * 2, d + 0, d = 0, CAST(d AS DECIMAL(5, 2)), CAST(d AS STRING) FROM zeros;
SELECT MIN(d) AS lo, MAX(d) AS hi, SUM(d) AS s, COUNT(DISTINCT d) AS n FROM zeros;
SELECT DISTINCT d FROM zeros;
