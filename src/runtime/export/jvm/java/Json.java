package millrace.runtime;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON by hand: the class path of a job is Flink's own, and nothing more than this is needed of it. */
public final class Json {
  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /** Lists, maps, strings, booleans, null; numbers stay text in a {@link Digits} of their own. */
  public static Object parse(String text) {
    return new Json(text).value();
  }

  /** A number as it was written. */
  public record Digits(String text) {}

  public static void quote(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') out.append('\\').append(c);
      else if (c < 32) out.append(String.format("\\u%04x", (int) c));
      else out.append(c);
    }
    out.append('"');
  }

  private char next() {
    while (text.charAt(at) <= ' ') at++;
    return text.charAt(at);
  }

  private Object value() {
    char c = next();
    switch (c) {
      case '{': {
        Map<String, Object> map = new LinkedHashMap<>();
        at++;
        while (next() != '}') {
          String key = string();
          next();
          at++; // the colon
          map.put(key, value());
          if (next() == ',') at++;
        }
        at++;
        return map;
      }
      case '[': {
        List<Object> list = new ArrayList<>();
        at++;
        while (next() != ']') {
          list.add(value());
          if (next() == ',') at++;
        }
        at++;
        return list;
      }
      case '"':
        return string();
      case 't':
        at += 4;
        return Boolean.TRUE;
      case 'f':
        at += 5;
        return Boolean.FALSE;
      case 'n':
        at += 4;
        return null;
      default: {
        int start = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) at++;
        return new Digits(text.substring(start, at));
      }
    }
  }

  private String string() {
    StringBuilder out = new StringBuilder();
    at++;
    for (char c = text.charAt(at); c != '"'; c = text.charAt(at)) {
      at++;
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char escaped = text.charAt(at++);
      switch (escaped) {
        case 'n' -> out.append('\n');
        case 't' -> out.append('\t');
        case 'r' -> out.append('\r');
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'u' -> {
          out.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
          at += 4;
        }
        default -> out.append(escaped);
      }
    }
    at++;
    return out.toString();
  }
}
