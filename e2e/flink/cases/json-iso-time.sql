-- json: ISO-8601 timestamps, with and without a zone
CREATE TABLE iso (id INT, ts TIMESTAMP(3), z TIMESTAMP_LTZ(3)) WITH ('connector' = 'filesystem', 'path' = 'input/iso.jsonl', 'format' = 'json', 'json.timestamp-format.standard' = 'ISO-8601');
SELECT * FROM iso;
SET 'table.local-time-zone' = 'America/New_York';
SELECT id, ts, z, CAST(z AS TIMESTAMP(3)) FROM iso;
