# A Flink SQL script, with relative paths made absolute, and cut into the statements that a SQL gateway takes.
# Quotes and comments are respected, a statement set is one statement, a path is the text after 'path' = in a list of
# options or after JAR. A reference to a secret in a quoted text, ${secret:orders.password}, becomes the value of
# MILLRACE_SECRET_ORDERS_PASSWORD; without that variable nothing is printed. jvm/src/main/java/millrace/verify/SqlScript.java has the same rules.
#
#   MILLRACE_ROOT=/folder LC_ALL=C awk -f statements.awk job.sql           prints the script
#   MILLRACE_ROOT=/folder LC_ALL=C awk -v dir=DIR -f statements.awk job.sql
#                             writes DIR/1.json, DIR/2.json …, each {"statement": "…"}, and prints how many there are
BEGIN {
  root = ENVIRON["MILLRACE_ROOT"]
  quote = sprintf("%c", 39)
  gsub(quote, quote quote, root)
  for (i = 1; i < 32; i++) escaped[sprintf("%c", i)] = sprintf("\\u%04x", i)
  escaped["\""] = "\\\""
  escaped["\\"] = "\\\\"
}
{ text = text $0 "\n" }
END {
  count = 0
  length_ = length(text)
  at = 1
  while (at <= length_) {
    end = end_of_piece()
    piece = substr(text, at, end - at)
    at = end
    if (is_blank(piece)) { out = out piece; continue }
    if (piece == ";" && !in_set) { finish(";"); continue }
    if (substr(piece, 1, 1) == quote && (last == "JAR" || (last == "=" && second == quote "path" quote && (third == "(" || third == ",")))) shown = resolved(piece)
    else shown = piece
    if (substr(piece, 1, 1) == quote) shown = with_secrets(shown)
    out = out shown
    word = piece ~ /^[A-Za-z_$0-9]/ ? toupper(piece) : piece
    if (word == "BEGIN" && last == "SET" && second == "STATEMENT") in_set = 1
    if (word == "END" && (last == ";" || last == "BEGIN")) in_set = 0
    third = second; second = last; last = word
  }
  finish("")
  if (dir == "") printf "%s", printed
  else print count
}
# Where the piece that begins at `at` ends: a word, a quoted text, a comment, white space or a sign.
function end_of_piece(  c, e, two) {
  c = substr(text, at, 1)
  two = substr(text, at, 2)
  if (c == quote || c == "`") {
    e = index(substr(text, at + 1), c)
    return e == 0 ? length_ + 1 : at + e + 1
  }
  if (two == "--") {
    e = index(substr(text, at), "\n")
    return e == 0 ? length_ + 1 : at + e - 1
  }
  # A hint looks like a comment and is none.
  if (two == "/*" && substr(text, at + 2, 1) == "+") return at + 3
  if (two == "/*") {
    e = index(substr(text, at + 2), "*/")
    return e == 0 ? length_ + 1 : at + e + 3
  }
  if (is_word(c)) {
    e = at + 1
    while (e <= length_ && is_word(substr(text, e, 1))) e++
    return e
  }
  return at + 1
}
function is_word(c) { return c ~ /[A-Za-z0-9_$]/ || c > "~" }
function is_blank(piece) { return piece ~ /^[ \t\r\n\f]*$/ || substr(piece, 1, 2) == "--" || (substr(piece, 1, 2) == "/*" && piece != "/*+") }
# Relative paths only: neither /… nor scheme:…
function resolved(quoted) {
  if (substr(quoted, 2, 1) == "/" || substr(quoted, 2) ~ /^[A-Za-z][A-Za-z0-9+.-]*:/) return quoted
  return quote root "/" substr(quoted, 2)
}
# The value is text of SQL, and behind a double quote also text of a JAAS configuration.
function with_secrets(quoted,  result, before, name, variable) {
  result = ""
  while (match(quoted, /[$][{]secret:[A-Za-z][A-Za-z0-9_.-]*[}]/)) {
    before = substr(quoted, 1, RSTART - 1)
    name = substr(quoted, RSTART + 9, RLENGTH - 10)
    quoted = substr(quoted, RSTART + RLENGTH)
    variable = toupper(name)
    gsub(/[^A-Z0-9]/, "_", variable)
    variable = "MILLRACE_SECRET_" variable
    if (ENVIRON[variable] == "") {
      print "The variable " variable " is not set: it has the secret " name " of the job" > "/dev/stderr"
      exit 2
    }
    result = result before as_text(ENVIRON[variable], substr(before, length(before)) == "\"")
  }
  return result quoted
}
function as_text(value, is_jaas,  i, c, result) {
  result = ""
  for (i = 1; i <= length(value); i++) {
    c = substr(value, i, 1)
    if (c == quote) result = result quote
    else if (is_jaas && (c == "\"" || c == "\\")) result = result "\\"
    result = result c
  }
  return result
}
function finish(mark) {
  printed = printed out mark
  if (last != "") {
    sub(/^[ \t\r\n\f]+/, "", out)
    sub(/[ \t\r\n\f]+$/, "", out)
    count++
    if (dir != "") { file = dir "/" count ".json"; printf "{\"statement\": \"%s\"}", json(out) > file; close(file) }
  }
  out = ""; last = ""; second = ""; third = ""; in_set = 0
}
function json(value,  i, c, result) {
  result = ""
  for (i = 1; i <= length(value); i++) {
    c = substr(value, i, 1)
    result = result (c in escaped ? escaped[c] : c)
  }
  return result
}
