package millrace.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A script cut into the statements that a SQL gateway takes one by one, with relative paths made absolute. The same
 * rules as {@code bin/lib/statements.awk}: quotes and comments are respected, a statement set is one statement, a path
 * is the text after {@code 'path' =} in a list of options or after {@code JAR}.
 */
final class SqlScript {
  private final String text;
  private final String root;
  private final List<String> statements = new ArrayList<>();
  private final StringBuilder out = new StringBuilder();
  /** The last significant pieces: words in upper case, texts in their quotes, signs. */
  private String last = "";
  private String secondLast = "";
  private String thirdLast = "";
  private boolean isInSet;

  private SqlScript(String text, String root) {
    this.text = text;
    this.root = root;
  }

  /** {@code root}: the folder that relative paths count from, as the cluster sees it. */
  static List<String> statements(String text, String root) {
    SqlScript script = new SqlScript(text, root);
    script.cut();
    return script.statements;
  }

  /** The name of the table that a statement creates, or null: its last part, without back-ticks. */
  static String createdTable(String statement) {
    List<String> pieces = pieces(statement);
    int at = 0;
    if (!is(pieces, at++, "CREATE")) return null;
    if (is(pieces, at, "TEMPORARY")) at++;
    if (!is(pieces, at++, "TABLE")) return null;
    if (is(pieces, at, "IF")) at += 3;
    return lastPart(pieces, at);
  }

  /** Names of the tables that a statement inserts into, as above. */
  static List<String> insertedTables(String statement) {
    List<String> pieces = pieces(statement);
    List<String> names = new ArrayList<>();
    for (int at = 0; at + 2 < pieces.size(); at++) {
      if (is(pieces, at, "INSERT") && (is(pieces, at + 1, "INTO") || is(pieces, at + 1, "OVERWRITE"))) {
        names.add(lastPart(pieces, is(pieces, at + 2, "TABLE") ? at + 3 : at + 2));
      }
    }
    return names;
  }

  private static String lastPart(List<String> pieces, int from) {
    String name = null;
    for (int at = from; at < pieces.size(); at += 2) {
      name = pieces.get(at);
      if (!is(pieces, at + 1, ".")) break;
    }
    if (name == null || !name.startsWith("`")) return name;
    return name.substring(1, name.length() - 1).replace("``", "`");
  }

  private static boolean is(List<String> pieces, int at, String word) {
    return at < pieces.size() && pieces.get(at).equalsIgnoreCase(word);
  }

  /** Words as written, quoted texts, single signs; no comments. */
  private static List<String> pieces(String statement) {
    List<String> pieces = new ArrayList<>();
    for (int at = 0; at < statement.length(); ) {
      int end = endOfPiece(statement, at);
      String piece = statement.substring(at, end);
      if (!isBlank(piece)) pieces.add(piece);
      at = end;
    }
    return pieces;
  }

  private static boolean isBlank(String piece) {
    return piece.isBlank() || piece.startsWith("--") || (piece.startsWith("/*") && !piece.equals("/*+"));
  }

  private static int endOfPiece(String text, int at) {
    char c = text.charAt(at);
    if (c == '\'' || c == '`') {
      int end = text.indexOf(c, at + 1);
      // Doubled it is part of the text.
      while (end >= 0 && end + 1 < text.length() && text.charAt(end + 1) == c) end = text.indexOf(c, end + 2);
      return end < 0 ? text.length() : end + 1;
    }
    if (text.startsWith("--", at)) {
      int end = text.indexOf('\n', at);
      return end < 0 ? text.length() : end;
    }
    // A hint looks like a comment and is none.
    if (text.startsWith("/*+", at)) return at + 3;
    if (text.startsWith("/*", at)) {
      int end = text.indexOf("*/", at + 2);
      return end < 0 ? text.length() : end + 2;
    }
    if (isWordPart(c)) {
      int end = at + 1;
      while (end < text.length() && isWordPart(text.charAt(end))) end++;
      return end;
    }
    return at + 1;
  }

  private static boolean isWordPart(char c) {
    return c == '_' || c == '$' || c > 127 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }

  private static final Pattern SECRET = Pattern.compile("\\$\\{secret:([A-Za-z][A-Za-z0-9_.-]*)\\}");

  /**
   * A statement with the values of {@code environment} in place of references to secrets in its quoted texts: {@code
   * ${secret:orders.password}} is {@code MILLRACE_SECRET_ORDERS_PASSWORD}. To be sent, and not to be shown.
   */
  static String withSecrets(String statement, Map<String, String> environment) throws IOException {
    StringBuilder sent = new StringBuilder();
    for (int at = 0; at < statement.length(); ) {
      int end = endOfPiece(statement, at);
      String piece = statement.substring(at, end);
      sent.append(piece.startsWith("'") ? textWithSecrets(piece, environment) : piece);
      at = end;
    }
    return sent.toString();
  }

  private static String textWithSecrets(String quoted, Map<String, String> environment) throws IOException {
    StringBuilder text = new StringBuilder();
    Matcher found = SECRET.matcher(quoted);
    int at = 0;
    while (found.find()) {
      String variable = "MILLRACE_SECRET_" + upper(found.group(1)).replaceAll("[^A-Z0-9]", "_");
      String value = environment.getOrDefault(variable, "");
      if (value.isEmpty()) throw new IOException("the variable " + variable + " is not set: it has the secret " + found.group(1) + " of the job");
      text.append(quoted, at, found.start());
      // Behind a double quote the value is also text of a JAAS configuration.
      if (quoted.charAt(found.start() - 1) == '"') value = value.replace("\\", "\\\\").replace("\"", "\\\"");
      text.append(value.replace("'", "''"));
      at = found.end();
    }
    return text.append(quoted, at, quoted.length()).toString();
  }

  private void cut() {
    for (int at = 0; at < text.length(); ) {
      int end = endOfPiece(text, at);
      String piece = text.substring(at, end);
      at = end;
      if (isBlank(piece)) {
        out.append(piece);
        continue;
      }
      if (piece.equals(";") && !isInSet) {
        finish();
        continue;
      }
      boolean isPath = piece.startsWith("'")
          && (last.equals("JAR") || (last.equals("=") && secondLast.equals("'path'") && (thirdLast.equals("(") || thirdLast.equals(","))));
      out.append(isPath ? resolved(piece) : piece);
      String word = isWordPart(piece.charAt(0)) ? upper(piece) : piece;
      if (word.equals("BEGIN") && last.equals("SET") && secondLast.equals("STATEMENT")) isInSet = true;
      if (word.equals("END") && (last.equals(";") || last.equals("BEGIN"))) isInSet = false;
      thirdLast = secondLast;
      secondLast = last;
      last = word;
    }
    finish();
  }

  private void finish() {
    String statement = out.toString().strip();
    if (!pieces(statement).isEmpty()) statements.add(statement);
    out.setLength(0);
    last = secondLast = thirdLast = "";
    isInSet = false;
  }

  /** Relative paths only: neither {@code /…} nor {@code scheme:…}. */
  private String resolved(String quoted) {
    if (quoted.matches("(?s)'(/|[A-Za-z][A-Za-z0-9+.-]*:).*")) return quoted;
    return "'" + root.replace("'", "''") + "/" + quoted.substring(1);
  }

  private static String upper(String word) {
    StringBuilder upper = new StringBuilder(word);
    for (int i = 0; i < upper.length(); i++) {
      char c = upper.charAt(i);
      if (c >= 'a' && c <= 'z') upper.setCharAt(i, (char) (c - 32));
    }
    return upper.toString();
  }
}
