-- text is ordered by code points, not by a language
CREATE TEMPORARY VIEW letters AS SELECT * FROM (VALUES ('b'), ('a'), ('B'), ('ä'), ('～'), ('😀'), ('')) AS t (s);
SELECT MIN(s) AS lo, MAX(s) AS hi FROM letters;
SELECT s, s < 'a' AS before_a, s >= 'ä' AS from_a_umlaut FROM letters;
