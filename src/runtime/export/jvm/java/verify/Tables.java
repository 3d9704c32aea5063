package millrace.verify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import millrace.runtime.Json;

/**
 * What the changes of a table add up to, and how two such tables differ. A table without a key is a multiset of rows:
 * +I and +U add one, -U and -D take one away. With a key the last row of each key counts.
 */
final class Tables {
  private Tables() {}

  /** A table to compare, as {@code expected/manifest.json} describes it. */
  record Expected(String name, boolean isTemporary, String file, List<String> columns, List<Integer> unordered, List<Integer> key) {
    static Expected of(Map<?, ?> entry) {
      List<String> columns = new ArrayList<>();
      List<Integer> unordered = new ArrayList<>();
      for (Object column : (List<?>) entry.get("columns")) {
        String type = (String) ((Map<?, ?>) column).get("type");
        if (type.startsWith("MAP<") || type.startsWith("MULTISET<")) unordered.add(columns.size());
        columns.add((String) ((Map<?, ?>) column).get("name"));
      }
      List<Integer> key = new ArrayList<>();
      for (Object name : (List<?>) entry.get("key")) key.add(columns.indexOf(name));
      return new Expected((String) entry.get("name"), (Boolean) entry.get("temporary"), (String) entry.get("file"), columns, unordered, key);
    }
  }

  /** Rows as text, with how often each is there; in the order in which they first came. */
  static Map<String, Integer> read(Expected table, List<Path> files) throws IOException {
    Map<String, Integer> counts = new LinkedHashMap<>();
    Map<String, String> byKey = new LinkedHashMap<>();
    for (Path file : files) {
      for (String line : Files.readString(file, StandardCharsets.UTF_8).split("\n")) {
        if (line.isBlank()) continue;
        Map<?, ?> change = (Map<?, ?>) Json.parse(line);
        boolean adds = ((String) change.get("kind")).startsWith("+");
        Map<?, ?> row = (Map<?, ?>) change.get("row");
        String text = rowText(table, row);
        if (table.key().isEmpty()) counts.merge(text, adds ? 1 : -1, Integer::sum);
        else {
          StringBuilder key = new StringBuilder();
          for (int at : table.key()) append(key, row.get(table.columns().get(at)), false);
          if (adds) byKey.put(key.toString(), text);
          else byKey.remove(key.toString());
        }
      }
    }
    for (String text : byKey.values()) counts.merge(text, 1, Integer::sum);
    counts.values().removeIf(count -> count == 0);
    return counts;
  }

  private static String rowText(Expected table, Map<?, ?> row) {
    StringBuilder out = new StringBuilder("{");
    for (int i = 0; i < table.columns().size(); i++) {
      if (i > 0) out.append(", ");
      Json.quote(out, table.columns().get(i));
      out.append(": ");
      append(out, row.get(table.columns().get(i)), table.unordered().contains(i));
    }
    return out.append('}').toString();
  }

  private static void append(StringBuilder out, Object value, boolean isUnordered) {
    if (value == null) out.append("null");
    else if (value instanceof List<?> items) {
      List<String> texts = new ArrayList<>();
      for (Object item : items) {
        StringBuilder text = new StringBuilder();
        append(text, item, false);
        texts.add(text.toString());
      }
      if (isUnordered) texts.sort(null);
      out.append('[').append(String.join(",", texts)).append(']');
    } else Json.quote(out, String.valueOf(value));
  }

  /** The outcome for one table. {@code first}: the first differing row with its sign, or null. */
  record Difference(int equal, int missing, int extra, String first) {
    boolean isNone() {
      return missing == 0 && extra == 0;
    }
  }

  static Difference compare(Map<String, Integer> expected, Map<String, Integer> actual) {
    int equal = 0;
    int missing = 0;
    int extra = 0;
    String first = null;
    for (Map.Entry<String, Integer> entry : expected.entrySet()) {
      int there = actual.getOrDefault(entry.getKey(), 0);
      equal += Math.max(0, Math.min(entry.getValue(), there));
      int lacking = entry.getValue() - there;
      if (lacking > 0) missing += lacking;
      else extra -= lacking;
      if (lacking != 0 && first == null) first = (lacking > 0 ? "missing " : "extra ") + entry.getKey();
    }
    for (Map.Entry<String, Integer> entry : actual.entrySet()) {
      if (expected.containsKey(entry.getKey())) continue;
      int count = entry.getValue();
      if (count > 0) extra += count;
      else missing -= count;
      if (first == null) first = (count > 0 ? "extra " : "missing ") + entry.getKey();
    }
    return new Difference(equal, missing, extra, first);
  }
}
