package millrace.runtime;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.table.functions.ProcessTableFunction.Context;
import org.apache.flink.table.functions.ProcessTableFunction.OnTimerContext;
import org.apache.flink.table.functions.ProcessTableFunction.TimeContext;
import org.apache.flink.table.functions.TableSemantics;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.Row;

/**
 * Rows and timers of a process function, one crossing into JavaScript for each: the state of the key goes in as JSON and
 * comes back changed, with rows to emit and timers to set.
 */
public final class ProcessCalls {
  /** One piece of keyed state; also the key and the arguments, which timers need and Flink does not give them. */
  public static class State {
    public String json;
  }

  private final JavaScript script;
  private final RowType returns;
  private boolean hasSchema;

  public ProcessCalls(JavaScript script, LogicalType returns) {
    this.script = script;
    this.returns = (RowType) returns;
  }

  /** A row of the table argument {@code input}. {@code arguments} are the further arguments of the call. */
  public void row(Context context, State hidden, State[] states, Row input, Consumer<Row> output, Object... arguments) {
    TableSemantics table = context.tableSemanticsFor("input");
    boolean hasTime = table.timeColumn() >= 0;
    StringBuilder key = new StringBuilder("[");
    for (int column : table.partitionByColumns()) {
      if (key.length() > 1) key.append(',');
      key.append('[');
      Json.quote(key, fieldNames(table).get(column));
      key.append(',');
      Wire.encode(key, input.getField(column));
      key.append(']');
    }
    key.append(']');
    hidden.json = "[" + key + "," + Wire.encodeAll(arguments) + "]";
    if (!hasSchema) {
      script.call("input", Wire.typeJson(table.dataType().getLogicalType()));
      hasSchema = true;
    }
    StringBuilder row = new StringBuilder();
    Wire.encode(row, input);
    TimeContext<Instant> time = hasTime ? context.timeContext(Instant.class) : null;
    apply(script.call("onRow", row.toString(), hidden.json, jsonOf(states), millis(time == null ? null : time.time()),
        millis(time == null ? null : time.currentWatermark()), (double) System.currentTimeMillis()), time, states, output);
  }

  /** A timer that is due. */
  public void timer(OnTimerContext context, State hidden, State[] states, Consumer<Row> output) {
    TimeContext<Instant> time = context.timeContext(Instant.class);
    apply(script.call("onTimer", context.currentTimer(), hidden.json, jsonOf(states), millis(time.time()),
        millis(time.currentWatermark()), (double) System.currentTimeMillis()), time, states, output);
  }

  /** The answer: {@code {"states": [text or null], "rows": [[…]], "timers": [["set", name, ms] | ["clear", name] | ["clear all"]]}}. */
  private void apply(String answer, TimeContext<Instant> time, State[] states, Consumer<Row> output) {
    Map<?, ?> read = (Map<?, ?>) Json.parse(answer);
    List<?> texts = (List<?>) read.get("states");
    for (int i = 0; i < states.length; i++) states[i].json = (String) texts.get(i);
    for (Object row : (List<?>) read.get("rows")) output.accept((Row) Wire.value(row, returns));
    for (Object each : (List<?>) read.get("timers")) {
      List<?> timer = (List<?>) each;
      switch ((String) timer.get(0)) {
        case "set" -> time.registerOnTime((String) timer.get(1), Instant.ofEpochMilli(Long.parseLong(((Json.Digits) timer.get(2)).text())));
        case "clear" -> time.clearTimer((String) timer.get(1));
        case "clear all" -> time.clearAllTimers();
        default -> throw new IllegalStateException("no such order of a timer: " + timer);
      }
    }
  }

  private static List<String> fieldNames(TableSemantics table) {
    return ((RowType) table.dataType().getLogicalType()).getFieldNames();
  }

  private static String jsonOf(State[] states) {
    StringBuilder out = new StringBuilder("[");
    for (int i = 0; i < states.length; i++) {
      if (i > 0) out.append(',');
      // The text of a state is JSON itself.
      out.append(states[i].json == null ? "null" : states[i].json);
    }
    return out.append(']').toString();
  }

  private static Double millis(Instant time) {
    return time == null ? null : (double) time.toEpochMilli();
  }
}
