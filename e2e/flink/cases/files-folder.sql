-- a folder is read whole, hidden files are left out
CREATE TABLE parts (name STRING, n INT, file_name STRING NOT NULL METADATA FROM 'file.name') WITH ('connector' = 'filesystem', 'path' = 'input/parts', 'format' = 'csv');
SELECT * FROM parts;
