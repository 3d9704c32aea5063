package millrace.flink.functions;

import java.math.BigDecimal;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.ArgumentTrait;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.apache.flink.types.Row;

/** The same with two scalar arguments. */
@DataTypeHint("ROW<line STRING>")
public class EchoWith extends ProcessTableFunction<Row> {
  public void eval(
      @ArgumentHint(name = "input", value = ArgumentTrait.SET_SEMANTIC_TABLE) Row input,
      @ArgumentHint(name = "factor", type = @DataTypeHint("INT NOT NULL")) Integer factor,
      @ArgumentHint(name = "label", type = @DataTypeHint("STRING")) String label) {
    collect(Row.of(factor + " " + label + " " + input.getField("v")));
  }
}
