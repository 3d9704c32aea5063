-- CUME_DIST counts rows, not groups of peers
SET 'execution.runtime-mode' = 'batch';

SELECT x, ROW_NUMBER() OVER (ORDER BY x) AS n, RANK() OVER (ORDER BY x) AS r, CUME_DIST() OVER (ORDER BY x) AS c FROM (VALUES (1), (2), (2), (3)) AS t (x) ORDER BY n;
