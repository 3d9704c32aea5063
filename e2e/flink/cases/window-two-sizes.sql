-- one source with two kinds of window in one statement set
SET 'pipeline.auto-watermark-interval' = '0 ms';

CREATE TABLE events (
  id INT,
  k STRING,
  v INT,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'input/events.jsonl', 'format' = 'json');

CREATE TABLE small_out (window_start TIMESTAMP(3), n BIGINT) WITH ('connector' = 'print');
CREATE TABLE large_out (window_end TIMESTAMP(3), n BIGINT, `first` INT) WITH ('connector' = 'print');
EXECUTE STATEMENT SET
BEGIN
  INSERT INTO small_out SELECT window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY window_start, window_end;
  INSERT INTO large_out SELECT window_end, COUNT(v), MIN(id) FROM TABLE(HOP(TABLE events, DESCRIPTOR(ts), INTERVAL '10' SECOND, INTERVAL '30' SECOND)) GROUP BY window_start, window_end;
END;
