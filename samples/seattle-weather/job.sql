-- Seattle weather
-- Four years of daily weather in Seattle, as a stream of days: rain by month, wet weeks, sliding temperatures and storms.

SET 'pipeline.auto-watermark-interval' = '0 ms';

-- A csv file without a header line, one row a day from 2012 to 2015. Event time is computed from the date; the days
-- come in order, so the watermark needs no delay.
CREATE TABLE weather (
  observed_on DATE,
  rain_mm DECIMAL(5, 1),
  temp_max DOUBLE,
  temp_min DOUBLE,
  wind DOUBLE,
  kind STRING,
  observed_at AS CAST(observed_on AS TIMESTAMP(3)),
  WATERMARK FOR observed_at AS observed_at
) WITH (
  'connector' = 'filesystem',
  'path' = 'data/weather.csv',
  'format' = 'csv'
);

-- How much rain fell in each month, and on which kind of day? A table that is corrected day by day.
CREATE TEMPORARY VIEW rain_by_month AS
SELECT
  EXTRACT(YEAR FROM observed_on) AS rain_year,
  EXTRACT(MONTH FROM observed_on) AS rain_month,
  kind,
  COUNT(*) AS day_count,
  SUM(rain_mm) AS rain_mm
FROM weather
WHERE rain_mm > 0
GROUP BY EXTRACT(YEAR FROM observed_on), EXTRACT(MONTH FROM observed_on), kind;

-- Weeks, each sent once when it is over. Windows are aligned to 1970-01-01, a Thursday: so are these weeks.
CREATE TEMPORARY VIEW weather_weeks AS
SELECT
  window_start,
  window_end,
  SUM(rain_mm) AS rain_mm,
  MAX(temp_max) AS warmest,
  MIN(temp_min) AS coldest,
  COUNT(*) AS day_count
FROM TABLE(TUMBLE(TABLE weather, DESCRIPTOR(observed_at), INTERVAL '7' DAY))
GROUP BY window_start, window_end;

-- A filter behind a window: only closed weeks come here, so it never has to take a row back.
CREATE TEMPORARY VIEW wet_weeks AS
SELECT *
FROM weather_weeks
WHERE rain_mm >= 50;

-- Four weeks, moved on by one week: the average of each day counts in four windows.
CREATE TEMPORARY VIEW sliding_temperature AS
SELECT window_start, window_end, ROUND(AVG((temp_max + temp_min) / 2), 2) AS mean_temperature
FROM TABLE(HOP(TABLE weather, DESCRIPTOR(observed_at), INTERVAL '7' DAY, INTERVAL '28' DAY))
GROUP BY window_start, window_end;

-- Which kinds of day are windy on average? HAVING is a filter behind the aggregate: a kind enters the result with a
-- lone +U when its average crosses the line, and leaves it with a lone -U.
CREATE TEMPORARY VIEW windy_kinds AS
SELECT kind, COUNT(*) AS day_count, ROUND(AVG(wind), 3) AS mean_wind
FROM weather
GROUP BY kind
HAVING AVG(wind) > 3.5;

CREATE TABLE monthly_rain (
  rain_year BIGINT,
  rain_month BIGINT,
  kind STRING,
  day_count BIGINT,
  rain_mm DECIMAL(38, 1)
) WITH ('connector' = 'print');

CREATE TABLE wet_week_report (
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3),
  rain_mm DECIMAL(38, 1),
  warmest DOUBLE,
  coldest DOUBLE,
  day_count BIGINT
) WITH ('connector' = 'print');

CREATE TABLE temperature_report (
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3),
  mean_temperature DOUBLE
) WITH ('connector' = 'print');

CREATE TABLE windy_report (
  kind STRING,
  day_count BIGINT,
  mean_wind DOUBLE
) WITH ('connector' = 'print');

EXECUTE STATEMENT SET
BEGIN
  INSERT INTO monthly_rain SELECT * FROM rain_by_month;
  INSERT INTO wet_week_report SELECT * FROM wet_weeks;
  INSERT INTO temperature_report SELECT * FROM sliding_temperature;
  INSERT INTO windy_report SELECT * FROM windy_kinds;
END;
