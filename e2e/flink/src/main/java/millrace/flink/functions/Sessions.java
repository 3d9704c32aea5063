package millrace.flink.functions;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.ArgumentTrait;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.StateHint;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.apache.flink.types.Row;

/** Sessions of a key: rows with less than `gap` milliseconds between them. For rows that are not late. */
@DataTypeHint("ROW<session_start TIMESTAMP(3), session_end TIMESTAMP(3), n BIGINT>")
public class Sessions extends ProcessTableFunction<Row> {
  public static class Session {
    public Long start;
    public Long end;
    public long n;
    public long gap;
  }

  public void eval(
      Context cx,
      @StateHint Session session,
      @ArgumentHint(name = "input", value = {ArgumentTrait.SET_SEMANTIC_TABLE, ArgumentTrait.REQUIRE_ON_TIME}) Row input,
      @ArgumentHint(name = "gap", type = @DataTypeHint("BIGINT NOT NULL")) Long gap) {
    TimeContext<Long> time = cx.timeContext(Long.class);
    long now = time.time();
    session.start = session.start == null ? now : Math.min(session.start, now);
    session.end = session.end == null ? now + gap : Math.max(session.end, now + gap);
    session.n++;
    time.registerOnTime("end", session.end - 1);
  }

  public void onTimer(OnTimerContext cx, Session session) {
    collect(Row.of(at(session.start), at(session.end), session.n));
    session.start = null;
    session.end = null;
    session.n = 0;
  }

  private static LocalDateTime at(long ms) {
    return LocalDateTime.ofInstant(Instant.ofEpochMilli(ms), ZoneOffset.UTC);
  }
}
