package millrace.flink.functions;

import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.ArgumentTrait;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.StateHint;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.apache.flink.types.Row;

/** A card that is used in two cities within `within` milliseconds; a timer forgets the last use. */
@DataTypeHint("ROW<first_city STRING, second_city STRING, gap BIGINT>")
public class CrossCity extends ProcessTableFunction<Row> {
  public static class Use {
    public String city;
    public Long at;
  }

  public void eval(
      Context cx,
      @StateHint Use last,
      @ArgumentHint(name = "input", value = ArgumentTrait.SET_SEMANTIC_TABLE) Row input,
      @ArgumentHint(name = "within_ms", type = @DataTypeHint("BIGINT NOT NULL")) Long within) {
    TimeContext<Long> time = cx.timeContext(Long.class);
    String city = input.getFieldAs("city");
    long now = time.time();
    if (last.city != null && city != null && !last.city.equals(city) && Math.abs(now - last.at) <= within)
      collect(Row.of(last.city, city, now - last.at));
    last.city = city;
    last.at = now;
    time.registerOnTime("forget", now + within);
  }

  public void onTimer(OnTimerContext cx, Use last) {
    collect(Row.of(last.city, null, null));
    last.city = null;
    last.at = null;
  }
}
