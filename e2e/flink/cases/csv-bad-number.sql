-- csv: text in a number column fails while running
CREATE TABLE bad (k STRING, n INT) WITH ('connector' = 'filesystem', 'path' = 'input/bad-number.csv', 'format' = 'csv');
SELECT * FROM bad;
