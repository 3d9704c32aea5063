package millrace.flink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Entry point: {@code RunScripts --jobs N --seconds N LISTFILE}. Each line of the list names one script:
 * {@code free|paced TAB script TAB file for the document}. One line of progress per script goes to stdout.
 */
public final class RunScripts {
  private record Job(boolean paced, Path script, Path document) {
    static Job parse(String line) {
      String[] parts = line.split("\t");
      if (parts.length != 3) throw new IllegalArgumentException("not a line of a list file: " + line);
      return new Job(parts[0].equals("paced"), Path.of(parts[1]).toAbsolutePath().normalize(), Path.of(parts[2]));
    }
  }

  private RunScripts() {}

  public static void main(String[] args) throws Exception {
    int jobs = Integer.parseInt(args[1]);
    int statementSecondsMax = Integer.parseInt(args[3]);
    List<Job> todo = Files.readAllLines(Path.of(args[4])).stream().filter(line -> !line.isBlank()).map(Job::parse).toList();
    SharedCluster cluster = SharedCluster.start();
    ExecutorService pool = Executors.newFixedThreadPool(jobs);
    List<Future<?>> running = new ArrayList<>();
    for (Job job : todo) running.add(pool.submit(() -> run(job, statementSecondsMax, cluster)));
    int exit = 0;
    for (Future<?> f : running) {
      try {
        f.get();
      } catch (Exception failed) {
        failed.printStackTrace();
        exit = 1;
      }
    }
    // The mini cluster's threads would take seconds to wind down, and nothing is left to save.
    System.out.flush();
    Runtime.getRuntime().halt(exit);
  }

  private static void run(Job job, int statementSecondsMax, SharedCluster cluster) {
    long start = System.currentTimeMillis();
    try {
      String document = new ScriptRun(job.script, job.paced, statementSecondsMax, cluster).toDocument();
      Files.writeString(job.document, document);
    } catch (IOException e) {
      throw new IllegalStateException(job.script + ": " + e.getMessage(), e);
    } catch (Exception e) {
      throw new IllegalStateException(job.script + ": the judge failed", e);
    }
    System.out.println("done\t" + (System.currentTimeMillis() - start) + "\t" + job.script);
    System.out.flush();
  }
}
