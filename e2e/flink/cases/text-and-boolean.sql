-- a text never equals a BOOLEAN, and no bare NULL fits into IF
SELECT 'true' = TRUE, 'TRUE' = TRUE, CAST(TRUE AS STRING) = 'TRUE', TYPEOF(-2147483648), PERCENTILE(x, 0.9)
FROM (VALUES (2), (7)) AS t (x) GROUP BY 1 = 1;
SELECT IF(TRUE, NULL, 1);
