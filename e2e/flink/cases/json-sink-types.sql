-- how the json format writes values of each type
CREATE TABLE s1 (de DECIMAL(38, 18), de2 DECIMAL(20, 2), f FLOAT, d DOUBLE, ts TIMESTAMP(3), ts9 TIMESTAMP(9), tz TIMESTAMP_LTZ(3), da DATE, ti TIME, arr ARRAY<STRING>, ro ROW<a INT, b STRING>, bi BIGINT, bin BYTES, ma MAP<STRING, INT>, te STRING) WITH ('connector' = 'filesystem', 'path' = 'output/json-sink-types/1', 'format' = 'json');
INSERT INTO s1 VALUES
 (CAST('0.000000000000000001' AS DECIMAL(38,18)), CAST('1.50' AS DECIMAL(20,2)), CAST(1.5 AS FLOAT), CAST('NaN' AS DOUBLE), TIMESTAMP '2024-01-02 03:04:05.600', CAST('2024-01-02 03:04:05.123456789' AS TIMESTAMP(9)), TO_TIMESTAMP_LTZ(1704164645600, 3), DATE '2024-01-02', TIME '03:04:05', ARRAY['a','b;c'], ROW(1,'x y'), 9223372036854775807, x'00ff', MAP['k', 1], U&'q"b\\s/\0001\2028\00e9 <>&'),
 (CAST('12345678901234567890' AS DECIMAL(38,18)), CAST('100000.00' AS DECIMAL(20,2)), CAST(1E10 AS FLOAT), 1E300, TIMESTAMP '2024-01-02 03:04:00.000', CAST('2024-01-02 00:00:00' AS TIMESTAMP(9)), TO_TIMESTAMP_LTZ(1704164640000, 3), DATE '1969-12-31', TIME '00:00:00', ARRAY['a',CAST(NULL AS STRING)], ROW(CAST(NULL AS INT),'y'), -1, x'', MAP['k', CAST(NULL AS INT)], '');
CREATE TABLE r1 (line STRING) WITH ('connector' = 'filesystem', 'path' = 'output/json-sink-types/1', 'format' = 'raw');
SELECT * FROM r1;
CREATE TABLE s2 WITH ('connector' = 'filesystem', 'path' = 'output/json-sink-types/2', 'format' = 'json', 'json.timestamp-format.standard' = 'ISO-8601', 'json.encode.decimal-as-plain-number' = 'true', 'json.encode.ignore-null-fields' = 'true') LIKE s1 (EXCLUDING OPTIONS);
INSERT INTO s2 SELECT * FROM s1;
CREATE TABLE r2 (line STRING) WITH ('connector' = 'filesystem', 'path' = 'output/json-sink-types/2', 'format' = 'raw');
SELECT * FROM r2;
