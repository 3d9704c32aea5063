-- NULL keys of maps when the json format writes: dropped, written as a literal, refused
CREATE TABLE s1 (m MAP<STRING, INT>) WITH ('connector' = 'filesystem', 'path' = 'output/json-map-null-key/1', 'format' = 'json', 'json.map-null-key.mode' = 'DROP');
INSERT INTO s1 VALUES (MAP['a', 1, CAST(NULL AS STRING), 2]);
CREATE TABLE r1 (line STRING) WITH ('connector' = 'filesystem', 'path' = 'output/json-map-null-key/1', 'format' = 'raw');
SELECT * FROM r1;
CREATE TABLE s2 (m MAP<STRING, INT>) WITH ('connector' = 'filesystem', 'path' = 'output/json-map-null-key/2', 'format' = 'json', 'json.map-null-key.mode' = 'LITERAL', 'json.map-null-key.literal' = 'nil');
INSERT INTO s2 VALUES (MAP['a', 1, CAST(NULL AS STRING), 2]);
CREATE TABLE r2 (line STRING) WITH ('connector' = 'filesystem', 'path' = 'output/json-map-null-key/2', 'format' = 'raw');
SELECT * FROM r2;
CREATE TABLE s3 (m MAP<STRING, INT>) WITH ('connector' = 'filesystem', 'path' = 'output/json-map-null-key/3', 'format' = 'json');
INSERT INTO s3 VALUES (MAP['a', 1, CAST(NULL AS STRING), 2]);
