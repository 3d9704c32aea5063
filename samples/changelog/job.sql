-- Changelog
-- Twelve votes for four songs: how a running result takes rows back, and what that does to everything behind it.

-- Votes come one by one. Points may be negative (a vote taken back) or missing.
CREATE TABLE votes (
  voter STRING,
  song STRING,
  points INT
) WITH (
  'connector' = 'filesystem',
  'path' = 'data/votes.jsonl',
  'format' = 'json'
);

CREATE TABLE songs (
  title STRING,
  country STRING
) WITH (
  'connector' = 'filesystem',
  'path' = 'data/songs.csv',
  'format' = 'csv'
);

-- One row per song. The first vote inserts it (+I), each further vote replaces it: -U takes the old row back, +U brings
-- the new one. SUM and COUNT(points) skip the missing points, COUNT(*) does not.
CREATE TEMPORARY VIEW score AS
SELECT song, COUNT(*) AS votes, COUNT(points) AS counted, SUM(points) AS total
FROM votes
GROUP BY song;

-- A filter on a result that changes. Each kind of row passes on its own: a song that falls below the line leaves with a
-- lone -U, one that rises above it enters with a lone +U.
CREATE TEMPORARY VIEW favourites AS
SELECT *
FROM score
WHERE total >= 5;

-- The same question as HAVING. HAVING is a filter behind the aggregate, so it behaves as the view above: `stone` leaves
-- with a lone -U when a vote is taken back, and no -D says so.
CREATE TEMPORARY VIEW popular AS
SELECT song, COUNT(*) AS votes
FROM votes
GROUP BY song
HAVING SUM(points) >= 5;

-- An aggregate over an aggregate: how many songs have how many votes? When a song moves from one vote to two, its old
-- group shrinks (and disappears with -D when it was the last one) and its new group grows.
CREATE TEMPORARY VIEW histogram AS
SELECT votes, COUNT(*) AS songs
FROM score
GROUP BY votes;

-- A join takes rows back, too, and the sum behind it follows.
CREATE TEMPORARY VIEW scored_songs AS
SELECT s.country, s.title, c.votes, c.total
FROM score AS c
JOIN songs AS s ON c.song = s.title;

CREATE TEMPORARY VIEW country_score AS
SELECT country, COUNT(*) AS songs, SUM(total) AS total, MAX(total) AS best
FROM scored_songs
GROUP BY country;

CREATE TABLE favourites_out (song STRING, votes BIGINT, counted BIGINT, total INT) WITH ('connector' = 'print');

CREATE TABLE popular_out (song STRING, votes BIGINT) WITH ('connector' = 'print');

CREATE TABLE histogram_out (votes BIGINT, songs BIGINT) WITH ('connector' = 'print');

CREATE TABLE country_out (country STRING, songs BIGINT, total INT, best INT) WITH ('connector' = 'print');

EXECUTE STATEMENT SET
BEGIN
  INSERT INTO favourites_out SELECT * FROM favourites;
  INSERT INTO popular_out SELECT * FROM popular;
  INSERT INTO histogram_out SELECT * FROM histogram;
  INSERT INTO country_out SELECT * FROM country_score;
END;
