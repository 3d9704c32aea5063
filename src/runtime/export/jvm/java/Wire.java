package millrace.runtime;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.MultisetType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.utils.TypeConversions;
import org.apache.flink.types.Row;

/**
 * Values between Java and JavaScript, as JSON. Both sides know the SQL type, so the text need not say it: BIGINT and
 * DECIMAL are strings of digits, timestamps {@code "epochMs nanoOfMs"}, bytes base64, numbers that JSON does not know
 * strings; DATE is days, TIME and day-time intervals are milliseconds, year-month intervals months; maps are lists of
 * pairs, rows lists. The other side is {@code shim.js}.
 */
public final class Wire {
  private static final long DAY_NANOS = 86_400_000_000_000L;

  private Wire() {}

  /** Appends a value that Flink gave, in its default conversion class. */
  public static void encode(StringBuilder out, Object value) {
    if (value == null) out.append("null");
    else if (value instanceof Boolean || value instanceof Byte || value instanceof Short || value instanceof Integer) out.append(value);
    else if (value instanceof Long l) out.append('"').append(l).append('"');
    else if (value instanceof Float || value instanceof Double) floating(out, ((Number) value).doubleValue());
    else if (value instanceof BigDecimal d) out.append('"').append(d.toPlainString()).append('"');
    else if (value instanceof byte[] bytes) out.append('"').append(Base64.getEncoder().encodeToString(bytes)).append('"');
    else if (value instanceof LocalDate date) out.append(date.toEpochDay());
    else if (value instanceof LocalTime time) out.append(time.toNanoOfDay() / 1_000_000);
    else if (value instanceof LocalDateTime time) instant(out, time.toInstant(ZoneOffset.UTC));
    else if (value instanceof Instant time) instant(out, time);
    else if (value instanceof Period period) out.append(period.toTotalMonths());
    else if (value instanceof Duration duration) out.append(duration.toMillis());
    else if (value instanceof Row row) {
      String separator = "[";
      for (int i = 0; i < row.getArity(); i++) {
        out.append(separator);
        encode(out, row.getField(i));
        separator = ",";
      }
      out.append(row.getArity() == 0 ? "[]" : "]");
    } else if (value instanceof Map<?, ?> map) {
      String separator = "[";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(separator).append('[');
        encode(out, entry.getKey());
        out.append(',');
        encode(out, entry.getValue());
        out.append(']');
        separator = ",";
      }
      out.append(map.isEmpty() ? "[]" : "]");
    } else if (value instanceof List<?> list) {
      items(out, list.toArray());
    } else if (value.getClass().isArray()) {
      Object[] items = new Object[Array.getLength(value)];
      for (int i = 0; i < items.length; i++) items[i] = Array.get(value, i);
      items(out, items);
    } else {
      Json.quote(out, value.toString());
    }
  }

  /** Values of one call, as a JSON list. */
  public static String encodeAll(Object... values) {
    StringBuilder out = new StringBuilder();
    items(out, values);
    return out.toString();
  }

  /** A type as the shim reads it: kind, and what it is made of. */
  static String typeJson(LogicalType type) {
    String children = switch (type.getTypeRoot()) {
      case ARRAY -> ",\"element\":" + typeJson(((ArrayType) type).getElementType());
      case MULTISET -> ",\"element\":" + typeJson(((MultisetType) type).getElementType());
      case MAP -> ",\"key\":" + typeJson(((MapType) type).getKeyType()) + ",\"value\":" + typeJson(((MapType) type).getValueType());
      case ROW -> {
        StringBuilder fields = new StringBuilder(",\"fields\":[");
        for (RowType.RowField field : ((RowType) type).getFields()) {
          if (fields.charAt(fields.length() - 1) != '[') fields.append(',');
          fields.append("{\"name\":");
          Json.quote(fields, field.getName());
          fields.append(",\"type\":").append(typeJson(field.getType())).append('}');
        }
        yield fields.append(']').toString();
      }
      default -> "";
    };
    String kind = switch (type.getTypeRoot()) {
      case INTEGER -> "INT";
      case TIME_WITHOUT_TIME_ZONE -> "TIME";
      case TIMESTAMP_WITHOUT_TIME_ZONE -> "TIMESTAMP";
      case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> "TIMESTAMP_LTZ";
      default -> type.getTypeRoot().name();
    };
    return "{\"kind\":\"" + kind + "\"" + children + "}";
  }

  /** A value of a type, in its default conversion class. */
  public static Object decode(String json, LogicalType type) {
    return value(Json.parse(json), type);
  }

  /** The rows of {@code [[…], […]]}. */
  public static List<Row> decodeRows(String json, RowType type) {
    List<Row> rows = new ArrayList<>();
    for (Object row : (List<?>) Json.parse(json)) rows.add((Row) value(row, type));
    return rows;
  }

  /** Turns what {@link Json} read into a value of a type. */
  static Object value(Object read, LogicalType type) {
    if (read == null) return null;
    switch (type.getTypeRoot()) {
      case BOOLEAN:
        return read;
      case TINYINT:
        return Byte.valueOf(digits(read));
      case SMALLINT:
        return Short.valueOf(digits(read));
      case INTEGER:
        return Integer.valueOf(digits(read));
      case BIGINT:
        return Long.valueOf(digits(read));
      case FLOAT:
        return Float.valueOf(digits(read));
      case DOUBLE:
        return Double.valueOf(digits(read));
      case DECIMAL:
        return new BigDecimal(digits(read));
      case BINARY:
      case VARBINARY:
        return Base64.getDecoder().decode((String) read);
      case DATE:
        return LocalDate.ofEpochDay(Long.parseLong(digits(read)));
      case TIME_WITHOUT_TIME_ZONE:
        return LocalTime.ofNanoOfDay(Math.floorMod(Long.parseLong(digits(read)) * 1_000_000L, DAY_NANOS));
      case TIMESTAMP_WITHOUT_TIME_ZONE:
        return LocalDateTime.ofInstant(instant((String) read), ZoneOffset.UTC);
      case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
        return instant((String) read);
      case INTERVAL_YEAR_MONTH:
        return Period.ofMonths(Integer.parseInt(digits(read)));
      case INTERVAL_DAY_TIME:
        return Duration.ofMillis(Long.parseLong(digits(read)));
      case ARRAY: {
        LogicalType element = ((ArrayType) type).getElementType();
        List<?> items = (List<?>) read;
        Object array = Array.newInstance(conversionClass(element), items.size());
        for (int i = 0; i < items.size(); i++) Array.set(array, i, value(items.get(i), element));
        return array;
      }
      case MAP: {
        MapType map = (MapType) type;
        return map(read, map.getKeyType(), map.getValueType());
      }
      case MULTISET: {
        Map<Object, Object> counts = new LinkedHashMap<>();
        for (Object pair : (List<?>) read) {
          List<?> entry = (List<?>) pair;
          counts.put(value(entry.get(0), ((MultisetType) type).getElementType()), Integer.valueOf(digits(entry.get(1))));
        }
        return counts;
      }
      case ROW: {
        List<LogicalType> fields = type.getChildren();
        List<?> items = (List<?>) read;
        Row row = new Row(fields.size());
        for (int i = 0; i < fields.size(); i++) row.setField(i, value(items.get(i), fields.get(i)));
        return row;
      }
      default:
        return read;
    }
  }

  private static Map<Object, Object> map(Object read, LogicalType key, LogicalType value) {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (Object pair : (List<?>) read) {
      List<?> entry = (List<?>) pair;
      map.put(value(entry.get(0), key), value(entry.get(1), value));
    }
    return map;
  }

  private static Class<?> conversionClass(LogicalType type) {
    return TypeConversions.fromLogicalToDataType(type.copy(true)).getConversionClass();
  }

  private static String digits(Object read) {
    return read instanceof Json.Digits digits ? digits.text() : (String) read;
  }

  private static void items(StringBuilder out, Object[] values) {
    out.append('[');
    for (int i = 0; i < values.length; i++) {
      if (i > 0) out.append(',');
      encode(out, values[i]);
    }
    out.append(']');
  }

  private static void floating(StringBuilder out, double value) {
    // JSON has no word for these, and would lose the sign of a zero.
    if (Double.isNaN(value) || Double.isInfinite(value) || (value == 0 && 1 / value < 0)) out.append('"').append(value == 0 ? "-0" : value).append('"');
    else out.append(value);
  }

  private static void instant(StringBuilder out, Instant time) {
    long nanoOfMs = time.getNano() % 1_000_000;
    out.append('"').append(time.toEpochMilli()).append(' ').append(nanoOfMs).append('"');
  }

  private static Instant instant(String text) {
    int space = text.indexOf(' ');
    return Instant.ofEpochMilli(Long.parseLong(text.substring(0, space))).plusNanos(Long.parseLong(text.substring(space + 1)));
  }
}
