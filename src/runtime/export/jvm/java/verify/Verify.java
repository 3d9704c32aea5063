package millrace.verify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import millrace.runtime.Json;

/**
 * Runs {@code sql/job.sql} of a bundle on a Flink and compares what its sinks get with {@code expected/}. Needs nothing
 * but the Java runtime. Each sink is hidden behind a temporary table of the same name that writes files into
 * {@code verify-out/}, so nothing goes where the job would send it.
 *
 * <p>Exit code 0: all rows equal; 1: they differ, or the job failed; 2: wrong use.
 */
public final class Verify {
  private static final String USAGE =
      "usage: verify [--gateway http://127.0.0.1:8083] [--bundle DIR] [--bundle-on-cluster DIR] [--timeout-seconds N]";

  private Verify() {}

  public static void main(String[] args) throws Exception {
    String gateway = "http://127.0.0.1:8083";
    String bundle = ".";
    String onCluster = null;
    long seconds = 600;
    for (int i = 0; i < args.length; i += 2) {
      if (i + 1 == args.length) exit(2, USAGE);
      switch (args[i]) {
        case "--gateway" -> gateway = args[i + 1];
        case "--bundle" -> bundle = args[i + 1];
        case "--bundle-on-cluster" -> onCluster = args[i + 1];
        case "--timeout-seconds" -> seconds = Long.parseLong(args[i + 1]);
        default -> exit(2, USAGE);
      }
    }
    Path folder = Path.of(bundle).toAbsolutePath().normalize();
    try {
      boolean isEqual = verify(folder, onCluster == null ? folder.toString() : onCluster, gateway, Duration.ofSeconds(seconds));
      exit(isEqual ? 0 : 1, isEqual ? "verify: all rows are equal" : "verify: there are differences");
    } catch (IOException failure) {
      exit(1, "verify: " + failure.getMessage());
    }
  }

  private static void exit(int code, String last) {
    System.out.println(last);
    System.exit(code);
  }

  private static boolean verify(Path folder, String onCluster, String address, Duration max) throws IOException, InterruptedException {
    Path manifest = folder.resolve("expected/manifest.json");
    if (!Files.exists(manifest)) throw new IOException("the bundle has no expected rows: export it again with --expected");
    List<Tables.Expected> tables = new ArrayList<>();
    for (Object entry : (List<?>) ((Map<?, ?>) Json.parse(Files.readString(manifest))).get("tables")) tables.add(Tables.Expected.of((Map<?, ?>) entry));
    String run = "run-" + System.currentTimeMillis();
    Path out = folder.resolve("verify-out").resolve(run);
    makeWritable(out);
    List<String> statements = SqlScript.statements(Files.readString(folder.resolve("sql/job.sql")), onCluster);
    try (Gateway gateway = new Gateway(address)) {
      gateway.run("ADD JAR " + text(onCluster + "/jvm/target/millrace-job-verify.jar"), max);
      gateway.run("SET 'table.dml-sync' = 'true'", max);
      // A second attempt would write rows twice, and a job that fails here shall be seen to fail.
      gateway.run("SET 'restart-strategy.type' = 'disable'", max);
      List<Tables.Expected> waiting = new ArrayList<>(tables);
      Set<String> hidden = new HashSet<>();
      for (int i = 0; i < statements.size(); i++) {
        String statement = statements.get(i);
        long start = System.nanoTime();
        String job;
        for (String target : SqlScript.insertedTables(statement)) {
          if (hidden.contains(target)) continue;
          throw new IOException("statement " + (i + 1) + " writes into " + printable(target)
              + ", of which nothing is expected, so it is not run: a table that the job reads again cannot be verified; after a change of the sinks export again");
        }
        try {
          // The name tells the job from all others when it has to be found again.
          if (!SqlScript.insertedTables(statement).isEmpty()) gateway.run("SET 'pipeline.name' = " + text(jobName(run)), max);
          job = gateway.run(SqlScript.withSecrets(statement, System.getenv()), max);
          String created = SqlScript.createdTable(statement);
          for (Tables.Expected table : List.copyOf(waiting)) {
            if (!table.name().equals(created)) continue;
            hide(gateway, table, onCluster + "/verify-out/" + run, max);
            waiting.remove(table);
            hidden.add(table.name());
          }
        } catch (Gateway.Late late) {
          throw new IOException("statement " + (i + 1) + ": " + late.getMessage() + "; " + cancel(address, jobName(run)) + "\n" + shortened(statement));
        } catch (Gateway.Refused refused) {
          throw new IOException("statement " + (i + 1) + " failed: " + shortened(statement) + "\n" + refused.getMessage());
        }
        if (job != null) System.out.println("job " + job + " ended after " + (System.nanoTime() - start) / 1_000_000 + " ms");
      }
      for (Tables.Expected table : waiting) throw new IOException("sql/job.sql has no table " + table.name() + " any more");
    }
    return report(folder, out, tables);
  }

  private static String jobName(String run) {
    return "millrace verify " + run;
  }

  /** Cancels jobs of that name, in a session of its own: the other one waits for its statement. Says what it did. */
  private static String cancel(String address, String name) throws InterruptedException {
    Duration max = Duration.ofSeconds(60);
    int count = 0;
    try (Gateway gateway = new Gateway(address)) {
      for (List<?> job : gateway.rows("SHOW JOBS", max)) {
        if (job.size() < 3 || !name.equals(job.get(1)) || List.of("FINISHED", "FAILED", "CANCELED").contains(String.valueOf(job.get(2)))) continue;
        gateway.run("STOP JOB " + text(String.valueOf(job.get(0))), max);
        count++;
      }
      return count == 0 ? "there is no job of it any more" : "its job was cancelled";
    } catch (IOException failure) {
      return "its job, called " + name + ", could not be cancelled: " + failure.getMessage();
    }
  }

  /** Puts a table that writes files over the sink. */
  private static void hide(Gateway gateway, Tables.Expected table, String out, Duration max) throws IOException, InterruptedException {
    String name = quoted(table.name());
    String with = " WITH ('connector' = '" + RowsTableFactory.IDENTIFIER + "', 'path' = " + text(out + "/" + table.file()) + ") LIKE ";
    String rules = " (EXCLUDING OPTIONS EXCLUDING PARTITIONS)";
    if (table.isTemporary()) {
      // Two temporary tables cannot have one name, so the sink goes before its copy takes it.
      String copy = quoted("millrace verify " + table.name());
      gateway.run("CREATE TEMPORARY TABLE " + copy + with + name + rules, max);
      gateway.run("DROP TEMPORARY TABLE " + name, max);
      gateway.run("CREATE TEMPORARY TABLE " + name + with + copy + rules, max);
    } else gateway.run("CREATE TEMPORARY TABLE " + name + with + name + rules, max);
  }

  private static boolean report(Path folder, Path out, List<Tables.Expected> tables) throws IOException {
    boolean isEqual = true;
    for (Tables.Expected table : tables) {
      Map<String, Integer> expected = Tables.read(table, List.of(folder.resolve("expected").resolve(table.file())));
      Map<String, Integer> actual = Tables.read(table, filesIn(out.resolve(table.file())));
      Tables.Difference difference = Tables.compare(expected, actual);
      isEqual &= difference.isNone();
      System.out.printf("%s %s: %d rows equal, %d missing, %d extra%n", difference.isNone() ? "equal    " : "DIFFERENT",
          printable(table.name()), difference.equal(), difference.missing(), difference.extra());
      if (difference.first() != null) System.out.println("  first difference: " + difference.first());
    }
    return isEqual;
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    if (!Files.exists(folder)) return List.of();
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted(Comparator.comparing(Path::toString)).toList();
    }
  }

  /** The processes of the cluster may run as another user. */
  private static void makeWritable(Path out) throws IOException {
    Files.createDirectories(out);
    try {
      Files.setPosixFilePermissions(out, PosixFilePermissions.fromString("rwxrwxrwx"));
    } catch (UnsupportedOperationException windows) {
      // Then there are no such permissions.
    }
  }

  private static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /** A name cannot write control characters into a terminal. */
  private static String printable(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }

  private static String shortened(String statement) {
    String line = printable(statement.replaceAll("\\s+", " "));
    return line.length() <= 100 ? line : line.substring(0, 100) + "…";
  }
}
