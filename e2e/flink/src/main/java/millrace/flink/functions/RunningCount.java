package millrace.flink.functions;

import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.ArgumentTrait;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.StateHint;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.apache.flink.types.Row;

/** How many rows of the key there were, and the sum of their amounts. */
@DataTypeHint("ROW<n BIGINT NOT NULL, total DECIMAL(38, 2)>")
public class RunningCount extends ProcessTableFunction<Row> {
  public static class Sum {
    public long n;
    public @DataTypeHint("DECIMAL(38, 2)") java.math.BigDecimal total = new java.math.BigDecimal("0.00");
  }

  public void eval(
      @StateHint Sum sum,
      @ArgumentHint(name = "input", value = ArgumentTrait.SET_SEMANTIC_TABLE) Row input) {
    java.math.BigDecimal amount = input.getFieldAs("amount");
    sum.n++;
    if (amount != null) sum.total = sum.total.add(amount);
    collect(Row.of(sum.n, sum.total));
  }
}
