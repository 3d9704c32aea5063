-- numbers print as BigDecimal does, a missing step makes no list, JSON_QUOTE splits characters beyond U+FFFF
SELECT JSON_VALUE('{"x": 1e3}', '$.x'), JSON_VALUE('{"x": 1.50}', '$.x'), JSON_QUERY('{}', '$.b.d[*]' WITH WRAPPER), JSON_EXISTS('{}', '$.b.d[*]'), JSON_QUOTE('é😀/'), JSON_OBJECT('d' VALUE TIMESTAMP '2024-01-01 00:00:00'), JSON_QUERY('{"a":[1,"x"]}', '$.a' RETURNING ARRAY<STRING>);
