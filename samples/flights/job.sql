-- Flights
-- Two thousand flights inside the United States in early 2001: delays a day, airports that are late, and traffic by city.

SET 'pipeline.auto-watermark-interval' = '0 ms';

-- Sorted by time of departure. `delay` is in minutes; a negative delay is an early arrival.
CREATE TABLE flights (
  departure TIMESTAMP(3),
  origin STRING,
  destination STRING,
  delay INT,
  distance INT,
  WATERMARK FOR departure AS departure
) WITH (
  'connector' = 'filesystem',
  'path' = 'data/flights.jsonl',
  'format' = 'json'
);

CREATE TABLE airports (
  code STRING,
  city STRING,
  state STRING
) WITH (
  'connector' = 'filesystem',
  'path' = 'data/airports.csv',
  'format' = 'csv'
);

-- One row per origin and day.
CREATE TEMPORARY VIEW daily_delays AS
SELECT
  window_start,
  window_end,
  origin,
  COUNT(*) AS flights,
  AVG(CAST(delay AS DOUBLE)) AS mean_delay,
  MAX(delay) AS worst_delay
FROM TABLE(TUMBLE(TABLE flights, DESCRIPTOR(departure), INTERVAL '1' DAY))
GROUP BY window_start, window_end, origin;

-- Origins that have sent at least 25 flights and are late by more than 8 minutes on average. Watch an airport enter
-- (a lone +U), change (-U, +U) and leave (a lone -U).
CREATE TEMPORARY VIEW late_origins AS
SELECT origin, COUNT(*) AS flights, AVG(delay) AS mean_delay
FROM flights
GROUP BY origin
HAVING COUNT(*) >= 25 AND AVG(CAST(delay AS DOUBLE)) > 8;

-- CASE sorts each flight into a band: early, on time, late, very late.
CREATE TEMPORARY VIEW banded AS
SELECT
  CASE
    WHEN delay < 0 THEN 'early'
    WHEN delay <= 15 THEN 'on time'
    WHEN delay <= 60 THEN 'late'
    ELSE 'very late'
  END AS band,
  distance
FROM flights;

CREATE TEMPORARY VIEW bands AS
SELECT band, COUNT(*) AS flights, AVG(distance) AS mean_distance, MIN(distance) AS shortest
FROM banded
GROUP BY band;

-- Each flight touches two airports: the same stream twice, put together again.
CREATE TEMPORARY VIEW touches AS
SELECT origin AS code, 1 AS departures, 0 AS arrivals FROM flights
UNION ALL
SELECT destination AS code, 0 AS departures, 1 AS arrivals FROM flights;

CREATE TEMPORARY VIEW traffic AS
SELECT code, SUM(departures) AS departures, SUM(arrivals) AS arrivals
FROM touches
GROUP BY code;

-- Every correction of `traffic` goes through the join: the old city row is taken back, the new one is sent.
CREATE TEMPORARY VIEW city_traffic AS
SELECT a.city, a.state, t.departures, t.arrivals
FROM traffic AS t
JOIN airports AS a ON t.code = a.code;

CREATE TABLE daily_report (
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3),
  origin STRING,
  flights BIGINT,
  mean_delay DOUBLE,
  worst_delay INT
) WITH ('connector' = 'print');

CREATE TABLE late_report (
  origin STRING,
  flights BIGINT,
  mean_delay INT
) WITH ('connector' = 'print');

CREATE TABLE band_report (
  band STRING,
  flights BIGINT,
  mean_distance INT,
  shortest INT
) WITH ('connector' = 'print');

CREATE TABLE city_report (
  city STRING,
  state STRING,
  departures INT,
  arrivals INT
) WITH ('connector' = 'print');

EXECUTE STATEMENT SET
BEGIN
  INSERT INTO daily_report SELECT * FROM daily_delays;
  INSERT INTO late_report SELECT * FROM late_origins;
  INSERT INTO band_report SELECT * FROM bands;
  INSERT INTO city_report SELECT * FROM city_traffic;
END;
