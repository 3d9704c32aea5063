package millrace.flink;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.ResultKind;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

/**
 * Runs one script on stock Flink, statement after statement, each to its end, and writes the result document. Three
 * things are replaced in the text of CREATE: a `print` sink becomes one that keeps its rows, and a relative path is
 * resolved against the folder of the script. A function in TypeScript is the Java class of the same name here.
 */
final class ScriptRun {
  private static final Pattern SET = Pattern.compile("(?is)SET(?:\\s+'((?:[^']|'')*)'\\s*=\\s*'((?:[^']|'')*)')?");
  private static final Pattern RESET = Pattern.compile("(?is)RESET(?:\\s+'((?:[^']|'')*)')?");
  private static final Pattern PATH = Pattern.compile("('path'\\s*=\\s*')((?!/|[a-z][a-z0-9+.-]*:)[^']*)'");
  private static final Pattern PRINT = Pattern.compile("'connector'\\s*=\\s*'print'");
  private static final Pattern FILES = Pattern.compile("'connector'\\s*=\\s*'filesystem'");
  private static final Pattern TYPESCRIPT = Pattern.compile("(?is)'functions/([a-z-]+)\\.ts'\\s+LANGUAGE\\s+TYPESCRIPT");
  private static final Pattern QUERY = Pattern.compile("(?is)(\\(|SELECT\\b|WITH\\b|VALUES\\b|TABLE\\b|EXECUTE\\s+SELECT\\b).*");
  private static final ExecutorService COLLECTORS = Executors.newCachedThreadPool(r -> {
    Thread t = new Thread(r);
    t.setDaemon(true);
    return t;
  });

  private final Path folder;
  private final String script;
  private final boolean paced;
  private final int statementSecondsMax;
  private final String run = UUID.randomUUID().toString().replace("-", "");
  private final List<String> results = new ArrayList<>();
  private final StreamTableEnvironment tables;
  private final Map<String, String> initialSettings;

  ScriptRun(Path file, boolean paced, int statementSecondsMax, SharedCluster cluster) throws Exception {
    this.folder = file.getParent();
    this.script = Files.readString(file);
    this.paced = paced;
    this.statementSecondsMax = statementSecondsMax;
    Configuration c = new Configuration();
    c.setString("execution.target", SharedCluster.TARGET);
    c.setString("execution.attached", "true");
    c.setString("parallelism.default", "1");
    c.setString("execution.buffer-timeout.interval", "0 ms");
    c.setString("restart-strategy.type", "none");
    StreamExecutionEnvironment env = new StreamExecutionEnvironment(cluster, c, ScriptRun.class.getClassLoader());
    tables = StreamTableEnvironment.create(env, isBatch() ? EnvironmentSettings.inBatchMode() : EnvironmentSettings.inStreamingMode());
    tables.getConfig().set("table.local-time-zone", "UTC");
    initialSettings = new HashMap<>(tables.getConfig().getConfiguration().toMap());
  }

  /** The runtime mode is a property of the environment, so it must be known before the first statement. */
  private boolean isBatch() {
    boolean batch = false;
    for (String s : Statements.split(script)) {
      Matcher m = SET.matcher(s);
      if (m.matches() && "execution.runtime-mode".equals(m.group(1))) batch = m.group(2).equalsIgnoreCase("batch");
    }
    return batch;
  }

  /** The document, one JSON object. Never throws for a failure of the script: that is part of the document. */
  String toDocument() {
    Map<String, RecordingSinkFactory.Received> sinks = RecordingSinkFactory.open(run);
    String error = null;
    boolean failedWhileRunning = false;
    List<String> statements = Statements.split(script);
    for (int n = 0; n < statements.size() && error == null; n++) {
      boolean[] running = {false};
      try {
        execute(statements.get(n), n + 1, running);
      } catch (Throwable failure) {
        error = Failures.toJson(failure, n + 1, running[0], folder);
        failedWhileRunning = running[0];
      }
    }
    // Rows that were sent before a failure depend on timing: they are no result.
    if (!failedWhileRunning) sinks.forEach((table, r) -> addResult("\"table\":" + Json.text(table), "sink", r.columns, List.copyOf(r.rows), r.zone));
    RecordingSinkFactory.RUNS.remove(run);
    return "{\"flink\":\"2.3.0\",\n\"results\":[" + String.join(",", results) + "]" + (error == null ? "" : ",\n\"error\":" + error) + "}\n";
  }

  private void execute(String statement, int number, boolean[] running) throws Throwable {
    Matcher set = SET.matcher(statement);
    if (set.matches()) {
      if (set.group(1) != null) tables.getConfig().set(set.group(1), set.group(2).replace("''", "'"));
      return;
    }
    Matcher reset = RESET.matcher(statement);
    if (reset.matches()) {
      String initial = initialSettings.get(reset.group(1));
      if (initial != null) tables.getConfig().set(reset.group(1), initial);
      else tables.getConfig().getConfiguration().removeKey(reset.group(1));
      return;
    }
    ZoneId zone = tables.getConfig().getLocalTimeZone();
    TableResult result = tables.executeSql(prepare(statement));
    boolean hasJob = result.getJobClient().isPresent();
    boolean isQuery = hasJob && QUERY.matcher(statement).matches();
    if (isQuery || (!hasJob && result.getResultKind() == ResultKind.SUCCESS_WITH_CONTENT)) {
      running[0] = isQuery;
      List<Row> rows = collect(result);
      addResult("\"statement\":" + number, "query", result.getResolvedSchema().getColumns(), rows, zone);
    } else if (hasJob) {
      running[0] = true;
      try {
        result.await(statementSecondsMax, TimeUnit.SECONDS);
      } catch (TimeoutException late) {
        result.getJobClient().get().cancel();
        throw new IllegalStateException("no end after " + statementSecondsMax + " s");
      }
    }
  }

  private String prepare(String statement) {
    String text = PATH.matcher(statement).replaceAll(m -> Matcher.quoteReplacement(m.group(1) + "file://" + folder.resolve(m.group(2)) + "'"));
    if (text.toUpperCase().startsWith("CREATE")) {
      text = PRINT.matcher(text).replaceAll("'connector'='" + RecordingSinkFactory.IDENTIFIER + "','millrace-run'='" + run + "'");
      text = TYPESCRIPT.matcher(text).replaceAll(m -> "'" + twinOf(m.group(1)) + "'");
      if (paced) text = FILES.matcher(text).replaceAll("'connector'='" + PacedFilesFactory.IDENTIFIER + "'");
    }
    // The SQL client knows this older form; executeSql only knows the newer one.
    return text.replaceFirst("(?is)^\\s*BEGIN\\s+STATEMENT\\s+SET\\s*;", "EXECUTE STATEMENT SET BEGIN ");
  }

  /** The Java class that does the same as a TypeScript function of the cases: functions/running-count.ts is RunningCount. */
  private static String twinOf(String file) {
    StringBuilder name = new StringBuilder("millrace.flink.functions.");
    for (String word : file.split("-")) name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
    return name.toString();
  }

  private List<Row> collect(TableResult result) throws Throwable {
    List<Row> rows = new ArrayList<>();
    Future<?> done = COLLECTORS.submit(() -> {
      try (CloseableIterator<Row> it = result.collect()) {
        while (it.hasNext()) rows.add(it.next());
      }
      return null;
    });
    try {
      done.get(statementSecondsMax, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw failed.getCause();
    } catch (TimeoutException late) {
      done.cancel(true);
      result.getJobClient().ifPresent(job -> job.cancel());
      throw new IllegalStateException("no end after " + statementSecondsMax + " s");
    }
    return rows;
  }

  private void addResult(String name, String type, List<Column> columns, List<Row> rows, ZoneId zone) {
    List<String> heads = new ArrayList<>();
    for (Column c : columns) heads.add("[" + Json.text(c.getName()) + "," + Json.text(c.getDataType().getLogicalType().asSummaryString()) + "]");
    List<String> lines = new ArrayList<>();
    for (Row row : rows) {
      List<String> values = new ArrayList<>();
      for (int i = 0; i < row.getArity(); i++) values.add(Values.toJson(row.getField(i), columns.get(i).getDataType().getLogicalType(), zone));
      lines.add("\n[" + Json.text(row.getKind().shortString()) + ",[" + String.join(",", values) + "]]");
    }
    results.add("\n{\"type\":" + Json.text(type) + "," + name + ",\"columns\":[" + String.join(",", heads) + "],\"rows\":[" + String.join(",", lines) + "]}");
  }
}
