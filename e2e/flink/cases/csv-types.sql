-- csv: dates, times, timestamps, booleans and decimals
CREATE TABLE typed (id INT, d DATE, t TIME(0), ts TIMESTAMP(3), b BOOLEAN, m DECIMAL(6, 2)) WITH ('connector' = 'filesystem', 'path' = 'input/types.csv', 'format' = 'csv', 'csv.null-literal' = '');
SELECT * FROM typed;
SELECT id, d + INTERVAL '1' DAY, t, ts < TIMESTAMP '2000-01-01 00:00:00', NOT b, m * 2 FROM typed;
