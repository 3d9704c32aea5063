package millrace.verify;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import millrace.runtime.Json;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.MultisetType;
import org.apache.flink.table.types.logical.TimeType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.types.Row;

/** A value as JSON: the text that CAST(x AS STRING) gives; arrays, rows and maps are JSON arrays. */
final class RowText {
  private RowText() {}

  /** {@code zone} is the session time zone: TIMESTAMP_LTZ is written as wall clock there. */
  static String toJson(Object value, LogicalType type, ZoneId zone) {
    if (value == null) return "null";
    return switch (type.getTypeRoot()) {
      case BOOLEAN -> text((Boolean) value ? "TRUE" : "FALSE");
      case DECIMAL -> text(value instanceof BigDecimal d ? d.toPlainString() : value.toString());
      case BINARY, VARBINARY -> text(hex((byte[]) value));
      case TIME_WITHOUT_TIME_ZONE -> text(time((LocalTime) value, ((TimeType) type).getPrecision()));
      case TIMESTAMP_WITHOUT_TIME_ZONE ->
          text(timestamp((LocalDateTime) value, ((TimestampType) type).getPrecision()));
      case TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
          text(timestamp(LocalDateTime.ofInstant((Instant) value, zone), ((LocalZonedTimestampType) type).getPrecision()));
      case INTERVAL_YEAR_MONTH -> text(months(value instanceof Period p ? p.toTotalMonths() : ((Number) value).longValue()));
      case INTERVAL_DAY_TIME -> text(millis(value instanceof Duration d ? d.toMillis() : ((Number) value).longValue()));
      case ARRAY -> array(value, ((ArrayType) type).getElementType(), zone);
      case MAP -> map((Map<?, ?>) value, ((MapType) type).getKeyType(), ((MapType) type).getValueType(), zone);
      case MULTISET -> map((Map<?, ?>) value, ((MultisetType) type).getElementType(), new IntType(), zone);
      case ROW -> row((Row) value, type.getChildren(), zone);
      default -> text(value.toString());
    };
  }

  private static String hex(byte[] bytes) {
    StringBuilder out = new StringBuilder("x'");
    for (byte b : bytes) out.append(String.format("%02x", b));
    return out.append("'").toString();
  }

  private static String fraction(int nano, int precision) {
    return precision == 0 ? "" : "." + String.format("%09d", nano).substring(0, precision);
  }

  private static String time(LocalTime t, int precision) {
    return String.format("%02d:%02d:%02d", t.getHour(), t.getMinute(), t.getSecond()) + fraction(t.getNano(), precision);
  }

  private static String timestamp(LocalDateTime t, int precision) {
    return t.toLocalDate() + " " + time(t.toLocalTime(), precision);
  }

  private static String months(long months) {
    return (months < 0 ? "-" : "+") + Math.abs(months) / 12 + "-" + String.format("%02d", Math.abs(months) % 12);
  }

  private static String millis(long millis) {
    long m = Math.abs(millis);
    return String.format("%s%d %02d:%02d:%02d.%03d", millis < 0 ? "-" : "+",
        m / 86_400_000L, m / 3_600_000 % 24, m / 60_000 % 60, m / 1000 % 60, m % 1000);
  }

  private static String array(Object value, LogicalType element, ZoneId zone) {
    Object elements = value instanceof List<?> list ? list.toArray() : value;
    List<String> out = new ArrayList<>();
    for (int i = 0; i < Array.getLength(elements); i++) out.add(toJson(Array.get(elements, i), element, zone));
    return "[" + String.join(",", out) + "]";
  }

  private static String row(Row row, List<LogicalType> types, ZoneId zone) {
    List<String> out = new ArrayList<>();
    for (int i = 0; i < row.getArity(); i++) out.add(toJson(row.getField(i), types.get(i), zone));
    return "[" + String.join(",", out) + "]";
  }

  /** Sorted, because a map has no order that a test could rely on. */
  private static String map(Map<?, ?> map, LogicalType key, LogicalType value, ZoneId zone) {
    List<String> out = new ArrayList<>();
    for (Map.Entry<?, ?> e : map.entrySet()) out.add("[" + toJson(e.getKey(), key, zone) + "," + toJson(e.getValue(), value, zone) + "]");
    Collections.sort(out);
    return "[" + String.join(",", out) + "]";
  }

  private static String text(String value) {
    StringBuilder out = new StringBuilder();
    Json.quote(out, value);
    return out.toString();
  }
}
