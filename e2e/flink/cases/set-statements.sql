-- SET and RESET: what they change is seen by the next statement
SET 'table.local-time-zone' = 'Europe/Berlin';
SELECT CAST(TO_TIMESTAMP_LTZ(0, 3) AS STRING) AS t, FROM_UNIXTIME(1709287200) AS f;
SET 'table.local-time-zone' = 'UTC';
SELECT CAST(TO_TIMESTAMP_LTZ(0, 3) AS STRING) AS t, FROM_UNIXTIME(1709287200) AS f;
