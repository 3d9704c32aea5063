-- an unknown json map-null-key mode
CREATE TABLE t (a MAP<STRING, INT>) WITH ('connector' = 'filesystem', 'path' = 'output/error-json-map-mode', 'format' = 'json', 'json.map-null-key.mode' = 'SKIP');
INSERT INTO t VALUES (MAP['a', 1]);
