-- a comparison of constants is made while planning, in the order of UTF-16 and not of code points
CREATE TEMPORARY VIEW letters AS SELECT * FROM (VALUES ('～'), ('😀')) AS t (s);
SELECT s, s >= '～' AS from_wave, '😀' > '～' AS folded FROM letters;
