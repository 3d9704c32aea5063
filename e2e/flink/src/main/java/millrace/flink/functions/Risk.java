package millrace.flink.functions;

import java.math.BigDecimal;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.functions.ScalarFunction;

/** An amount as DOUBLE, more for another city. */
public class Risk extends ScalarFunction {
  public @DataTypeHint("DOUBLE") Double eval(
      @ArgumentHint(name = "amount", type = @DataTypeHint("DECIMAL(10, 2)")) BigDecimal amount,
      @ArgumentHint(name = "city", type = @DataTypeHint("STRING")) String city) {
    if (amount == null) return null;
    return amount.doubleValue() * ("home".equals(city) ? 1 : 2);
  }
}
