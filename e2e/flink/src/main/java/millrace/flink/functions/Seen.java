package millrace.flink.functions;

import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.ArgumentTrait;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.StateHint;
import org.apache.flink.table.api.dataview.ListView;
import org.apache.flink.table.api.dataview.MapView;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.apache.flink.types.Row;

/** The cities of a card as a list, and how often each was seen as a map; `clear` as city forgets both. */
@DataTypeHint("ROW<cities STRING, times BIGINT, total BIGINT>")
public class Seen extends ProcessTableFunction<Row> {
  public void eval(
      Context cx,
      @StateHint(type = @DataTypeHint("ARRAY<STRING>")) ListView<String> cities,
      @StateHint(type = @DataTypeHint("MAP<STRING, BIGINT>")) MapView<String, Long> counts,
      @ArgumentHint(name = "input", value = ArgumentTrait.SET_SEMANTIC_TABLE) Row input)
      throws Exception {
    String city = input.getFieldAs("city");
    if ("clear".equals(city)) {
      cx.clearAllState();
      return;
    }
    String key = city == null ? "?" : city;
    if (!counts.contains(key)) cities.add(key);
    Long before = counts.get(key);
    counts.put(key, before == null ? 1 : before + 1);
    long total = 0;
    for (Long count : counts.values()) total += count;
    collect(Row.of(String.join("+", cities.getList()), counts.get(key), total));
  }
}
