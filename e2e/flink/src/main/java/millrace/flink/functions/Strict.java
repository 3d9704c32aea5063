package millrace.flink.functions;

import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.functions.ScalarFunction;

/** Takes and gives no NULL. */
public class Strict extends ScalarFunction {
  public @DataTypeHint("INT NOT NULL") Integer eval(
      @ArgumentHint(name = "n", type = @DataTypeHint("INT NOT NULL")) Integer n) {
    if (n == 13) throw new IllegalArgumentException("unlucky");
    return n + 1;
  }
}
