-- functions that cut inside a surrogate pair leave `?`; INSTR counts characters, with a start UTF-16 units
CREATE TABLE texts (s STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '1', 'fields.s.length' = '1');

SELECT OVERLAY(x PLACING 'XX' FROM 2), REPLACE(x, '', 'z'), REGEXP_REPLACE(x, '', '-'), SPLIT(x, ''), INSTR(x, 'a'), INSTR(x, 'a', 1), SUBSTRING(x, 1, -1), SPLIT('', ','), UNHEX('abc')
FROM (SELECT '😀a😀b' || SUBSTRING(s, 1, 0) AS x FROM texts);
