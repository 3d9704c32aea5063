-- a json map whose key is not text
CREATE TABLE t (a MAP<INT, INT>) WITH ('connector' = 'filesystem', 'path' = 'output/error-json-map-key', 'format' = 'json');
INSERT INTO t VALUES (MAP[1, 1]);
