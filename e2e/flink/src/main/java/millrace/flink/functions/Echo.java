package millrace.flink.functions;

import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.ArgumentTrait;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.apache.flink.types.Row;

/** Says each row again as text. */
@DataTypeHint("ROW<line STRING NOT NULL>")
public class Echo extends ProcessTableFunction<Row> {
  public void eval(@ArgumentHint(name = "input", value = ArgumentTrait.SET_SEMANTIC_TABLE) Row input) {
    collect(Row.of(input.toString()));
  }
}
