package millrace.flink.functions;

import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.functions.TableFunction;
import org.apache.flink.types.Row;

/** The words of a text with their lengths. */
@DataTypeHint("ROW<word STRING NOT NULL, size INT>")
public class Words extends TableFunction<Row> {
  public void eval(@ArgumentHint(name = "text", type = @DataTypeHint("STRING")) String text) {
    if (text == null) return;
    for (String word : text.split(" ")) if (!word.isEmpty()) collect(Row.of(word, word.length()));
  }
}
