-- Clickstream
-- Twenty-five minutes of a web shop: clicks that arrive out of order, windows that wait for them, and a join that corrects itself.

-- Send a watermark after every row that moves it. Which rows are late then never depends on the speed of the machine.
SET 'pipeline.auto-watermark-interval' = '0 ms';

-- The events, in the order in which they arrived. `ts` says when they happened: compare the two and you see the disorder.
-- The watermark promises "nothing older than 5 seconds is still to come"; 25 of the 2,000 rows break that promise.
CREATE TABLE clicks (
  event_id BIGINT,
  user_id STRING,
  device STRING,
  event STRING,
  page STRING,
  amount DECIMAL(10, 2),
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
  'connector' = 'filesystem',
  'path' = 'data/clicks.jsonl',
  'format' = 'json'
);

-- The customers: a small table that does not change while the job runs.
CREATE TABLE users (
  user_id STRING,
  country STRING,
  plan STRING
) WITH (
  'connector' = 'filesystem',
  'path' = 'data/users.csv',
  'format' = 'csv'
);

-- Crawlers of search engines read every product and buy nothing. Change this condition and run again.
CREATE TEMPORARY VIEW human_clicks AS
SELECT *
FROM clicks
WHERE device <> 'crawler';

CREATE TEMPORARY VIEW page_views AS
SELECT ts, page, device
FROM human_clicks
WHERE event = 'page_view';

-- One row per page and minute, sent once, when the watermark says that the minute is complete.
-- A row that comes after that is late for its minute: it is dropped, and counted.
CREATE TEMPORARY VIEW views_per_minute AS
SELECT window_start, window_end, page, COUNT(*) AS view_count
FROM TABLE(TUMBLE(TABLE page_views, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, page;

-- Windows of five minutes that start every minute: each click counts in five of them. A row that is late for the
-- oldest may still be in time for the others.
CREATE TEMPORARY VIEW device_activity AS
SELECT window_start, window_end, device, COUNT(*) AS clicks, MAX(amount) AS largest_purchase
FROM TABLE(HOP(TABLE human_clicks, DESCRIPTOR(ts), INTERVAL '1' MINUTE, INTERVAL '5' MINUTE))
GROUP BY window_start, window_end, device;

-- No window: the result is a table with one row per device, corrected with every click (-U takes the old row back, +U
-- brings the new one). It never waits, so it knows no late rows.
CREATE TEMPORARY VIEW funnel AS
SELECT
  device,
  SUM(CASE WHEN event = 'page_view' THEN 1 ELSE 0 END) AS view_count,
  SUM(CASE WHEN event = 'add_to_cart' THEN 1 ELSE 0 END) AS cart_count,
  SUM(CASE WHEN event = 'purchase' THEN 1 ELSE 0 END) AS purchase_count
FROM human_clicks
GROUP BY device;

-- A crawler never buys, so this reads all clicks.
CREATE TEMPORARY VIEW purchases AS
SELECT event_id, user_id, amount, amount * 0.19 AS tax
FROM clicks
WHERE event = 'purchase';

-- Which country does the money come from? The join keeps both sides, because either may still get a partner.
CREATE TEMPORARY VIEW orders AS
SELECT p.event_id, u.country, u.plan, p.amount, p.tax
FROM purchases AS p
JOIN users AS u ON p.user_id = u.user_id;

CREATE TEMPORARY VIEW revenue AS
SELECT country, COUNT(*) AS orders, SUM(amount) AS revenue, AVG(amount) AS average_order
FROM orders
GROUP BY country;

CREATE TABLE popular_pages (
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3),
  page STRING,
  view_count BIGINT
) WITH ('connector' = 'print');

CREATE TABLE device_report (
  window_start TIMESTAMP(3),
  window_end TIMESTAMP(3),
  device STRING,
  clicks BIGINT,
  largest_purchase DECIMAL(10, 2)
) WITH ('connector' = 'print');

CREATE TABLE funnel_report (
  device STRING,
  view_count INT,
  cart_count INT,
  purchase_count INT
) WITH ('connector' = 'print');

CREATE TABLE revenue_report (
  country STRING,
  orders BIGINT,
  revenue DECIMAL(38, 2),
  average_order DECIMAL(38, 6)
) WITH ('connector' = 'print');

-- One statement set is one job: the files are read once, whatever the number of results.
EXECUTE STATEMENT SET
BEGIN
  INSERT INTO popular_pages SELECT * FROM views_per_minute;
  INSERT INTO device_report SELECT * FROM device_activity;
  INSERT INTO funnel_report SELECT * FROM funnel;
  INSERT INTO revenue_report SELECT * FROM revenue;
END;
