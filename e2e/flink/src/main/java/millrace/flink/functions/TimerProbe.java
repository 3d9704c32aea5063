package millrace.flink.functions;

import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.ArgumentTrait;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.StateHint;
import org.apache.flink.types.Row;

/**
 * Does to timers what the column `cmd` says, and tells what it saw: `reg NAME MS`, `at MS`, `clear NAME`, `clearat MS`,
 * `clearall`, `fail`; several are divided by `;`. The name of a timer may hold commands after `|` for when it fires.
 */
@DataTypeHint("ROW<event STRING, at BIGINT, watermark BIGINT, firings INT>")
public class TimerProbe extends org.apache.flink.table.functions.ProcessTableFunction<Row> {
  public static class Firings {
    public int count;
  }

  public void eval(
      Context cx,
      @StateHint Firings firings,
      @ArgumentHint(name = "input", value = ArgumentTrait.SET_SEMANTIC_TABLE) Row input) {
    TimeContext<Long> time = cx.timeContext(Long.class);
    collect(Row.of("row", time.time(), time.currentWatermark(), firings.count));
    obey((String) input.getField("cmd"), time);
  }

  public void onTimer(OnTimerContext cx, Firings firings) {
    TimeContext<Long> time = cx.timeContext(Long.class);
    firings.count++;
    String name = cx.currentTimer();
    collect(Row.of("timer " + name, time.time(), time.currentWatermark(), firings.count));
    int bar = name == null ? -1 : name.indexOf('|');
    if (bar >= 0) obey(name.substring(bar + 1), time);
  }

  private static void obey(String commands, TimeContext<Long> time) {
    if (commands == null) return;
    for (String command : commands.split(";")) {
      String[] words = command.trim().split(" ", 3);
      switch (words[0]) {
        case "reg" -> time.registerOnTime(words[1].replace('_', ' '), Long.parseLong(words[2]));
        case "at" -> time.registerOnTime(Long.parseLong(words[1]));
        case "clear" -> time.clearTimer(words[1]);
        case "clearat" -> time.clearTimer(Long.parseLong(words[1]));
        case "clearall" -> time.clearAllTimers();
        case "fail" -> throw new IllegalStateException("as told");
        default -> {}
      }
    }
  }
}
