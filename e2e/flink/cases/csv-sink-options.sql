-- csv options when writing: plain decimals, element delimiter, quoting of dates, bytes, and what reading gives back
CREATE TABLE s1 (de DECIMAL(38, 18), de2 DECIMAL(20, 2), da DATE, ti TIME, ts TIMESTAMP(3), tz TIMESTAMP_LTZ(3), bin BYTES, arr ARRAY<INT>, ok BOOLEAN) WITH ('connector' = 'filesystem', 'path' = 'output/csv-sink-options/1', 'format' = 'csv', 'csv.field-delimiter' = '|', 'csv.array-element-delimiter' = '+', 'csv.write-bigdecimal-in-scientific-notation' = 'false', 'csv.null-literal' = 'nil');
INSERT INTO s1 VALUES
 (CAST('0.000000000000000001' AS DECIMAL(38,18)), CAST('100000.00' AS DECIMAL(20,2)), DATE '2024-01-02', TIME '03:04:05', TIMESTAMP '2024-01-02 03:04:05.600', TO_TIMESTAMP_LTZ(1704164645600, 3), x'68c3a9', ARRAY[1, 2], TRUE),
 (CAST(NULL AS DECIMAL(38,18)), CAST('-1.50' AS DECIMAL(20,2)), DATE '0001-01-01', TIME '23:59:59', TIMESTAMP '1969-12-31 23:59:59.999', TO_TIMESTAMP_LTZ(-1, 3), CAST(NULL AS BYTES), ARRAY[1, CAST(NULL AS INT)], CAST(NULL AS BOOLEAN));
CREATE TABLE r1 (line STRING) WITH ('connector' = 'filesystem', 'path' = 'output/csv-sink-options/1', 'format' = 'raw');
SELECT * FROM r1;
SELECT * FROM s1;
