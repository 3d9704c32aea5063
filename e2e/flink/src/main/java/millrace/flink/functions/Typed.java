package millrace.flink.functions;

import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.ArgumentTrait;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.apache.flink.types.Row;

/** Declares the columns that it needs. */
@DataTypeHint("ROW<total BIGINT NOT NULL>")
public class Typed extends ProcessTableFunction<Row> {
  public void eval(
      @ArgumentHint(name = "input", value = ArgumentTrait.SET_SEMANTIC_TABLE, type = @DataTypeHint("ROW<k STRING, v INT>")) Row input) {
    collect(Row.of(1L));
  }
}
