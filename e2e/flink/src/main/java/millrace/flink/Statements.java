package millrace.flink;

import java.util.ArrayList;
import java.util.List;

/** Cuts a script into statements at the semicolons that stand outside of strings, names, comments and statement sets. */
final class Statements {
  private static final String SET_HEAD =
      "(?s)(EXECUTE|EXPLAIN)\\s+STATEMENT\\s+SET\\s+BEGIN\\b.*|(?s)BEGIN\\s+STATEMENT\\s+SET\\b.*";

  private Statements() {}

  /** The statements in order, trimmed, without comments (hints stay); empty statements are left out. */
  static List<String> split(String script) {
    List<String> statements = new ArrayList<>();
    StringBuilder current = new StringBuilder();
    boolean inSet = false;
    int at = 0;
    while (at < script.length()) {
      char c = script.charAt(at);
      if (script.startsWith("--", at)) {
        int end = script.indexOf('\n', at);
        at = end < 0 ? script.length() : end;
      } else if (script.startsWith("/*", at) && !script.startsWith("/*+", at)) {
        int end = script.indexOf("*/", at + 2);
        at = end < 0 ? script.length() : end + 2;
        current.append(' ');
      } else if (c == '\'' || c == '`' || c == '"') {
        int end = endOfQuoted(script, at);
        current.append(script, at, end);
        at = end;
      } else if (c == ';') {
        String head = current.toString().trim().toUpperCase();
        if (!inSet && head.matches(SET_HEAD)) inSet = true;
        if (inSet && !head.matches("(?s).*\\bEND")) {
          current.append(';');
        } else {
          if (!head.isEmpty()) statements.add(current.toString().trim());
          current.setLength(0);
          inSet = false;
        }
        at++;
      } else {
        current.append(c);
        at++;
      }
    }
    if (!current.toString().isBlank()) statements.add(current.toString().trim());
    return statements;
  }

  /** Index behind the closing quote; a doubled quote is part of the text. */
  private static int endOfQuoted(String script, int start) {
    char quote = script.charAt(start);
    int at = start + 1;
    while (at < script.length()) {
      if (script.charAt(at) == quote) {
        if (at + 1 >= script.length() || script.charAt(at + 1) != quote) return at + 1;
        at++;
      }
      at++;
    }
    return script.length();
  }
}
