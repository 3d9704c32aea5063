package millrace.verify;

import java.nio.file.Files;
import java.nio.file.Path;
import millrace.runtime.Json;

/** Prints the statements that `verify` would send: one JSON list a line for each script named. For a test of bundles. */
public final class PrintStatements {
  public static void main(String[] scripts) throws Exception {
    for (String script : scripts) {
      StringBuilder line = new StringBuilder("[");
      for (String statement : SqlScript.statements(Files.readString(Path.of(script)), "/it's $(x)")) {
        if (line.length() > 1) line.append(',');
        Json.quote(line, statement);
      }
      System.out.println(line.append(']'));
    }
  }
}
