-- SELECT and VALUES without a table
SELECT 1, 'a', TRUE, 1.0, 1E0, NULLIF(1, 1), 2147483648, X'41', DATE '2024-01-01';
SELECT a + 1 AS b FROM (VALUES (1), (2), (CAST(NULL AS INT))) AS t (a);
VALUES (1, 'x'), (2, 'yy');
