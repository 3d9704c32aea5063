-- Card fraud
-- Two hours of card payments: who pays in two cities within ten minutes, and who spends too much too fast.

-- Send a watermark after every row that moves it. Which timer fires when then never depends on the speed of the machine.
SET 'pipeline.auto-watermark-interval' = '0 ms';

CREATE TABLE payments (
  payment_id BIGINT,
  card STRING,
  city STRING,
  amount DECIMAL(10, 2),
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'data/payments.jsonl',
  'format' = 'json'
);

-- A function of one value: reports show only the end of a card's number.
CREATE TEMPORARY FUNCTION mask_card AS 'operators/mask-card.ts' LANGUAGE TYPESCRIPT;

-- An operator with state and a timer. Open the file: it is 40 lines.
CREATE TEMPORARY FUNCTION two_cities AS 'operators/two-cities.ts' LANGUAGE TYPESCRIPT;

-- For each card the operator remembers the last payment. A payment in another city within ten minutes is an alarm; a
-- timer forgets the payment when ten minutes have gone by, so the state holds only cards that were used just now.
-- Flink calls this a process table function: its rows are the key, the columns that it returns, and the time.
CREATE TEMPORARY VIEW alarms AS
SELECT *
FROM two_cities(
  input => TABLE payments PARTITION BY card,
  on_time => DESCRIPTOR(ts),
  uid => 'two-cities'
);

-- What a card has spent in the ten minutes before each payment, that payment included.
CREATE TEMPORARY VIEW spending AS
SELECT
  payment_id,
  card,
  amount,
  ts,
  SUM(amount) OVER (
    PARTITION BY card
    ORDER BY ts
    RANGE BETWEEN INTERVAL '10' MINUTE PRECEDING AND CURRENT ROW
  ) AS spent_in_10_min
FROM payments;

CREATE TEMPORARY VIEW big_spending AS
SELECT payment_id, mask_card(card) AS card, amount, spent_in_10_min, ts
FROM spending
WHERE spent_in_10_min > 700;

-- A running table: from where do the stolen cards come?
CREATE TEMPORARY VIEW hot_cities AS
SELECT second_city AS city, COUNT(*) AS alarm_count, SUM(amount) AS amount_at_risk
FROM alarms
GROUP BY second_city;

CREATE TABLE alarm_report (
  card STRING,
  first_city STRING,
  second_city STRING,
  minutes_between INT,
  amount DECIMAL(10, 2),
  at_time TIMESTAMP(3)
) WITH ('connector' = 'print');

CREATE TABLE spending_report (
  payment_id BIGINT,
  card STRING,
  amount DECIMAL(10, 2),
  spent_in_10_min DECIMAL(38, 2),
  ts TIMESTAMP(3)
) WITH ('connector' = 'print');

CREATE TABLE city_report (
  city STRING,
  alarm_count BIGINT,
  amount_at_risk DECIMAL(38, 2)
) WITH ('connector' = 'print');

EXECUTE STATEMENT SET
BEGIN
  INSERT INTO alarm_report
  SELECT mask_card(card), first_city, second_city, minutes_between, amount, `rowtime` FROM alarms;
  INSERT INTO spending_report SELECT * FROM big_spending;
  INSERT INTO city_report SELECT * FROM hot_cities;
END;
