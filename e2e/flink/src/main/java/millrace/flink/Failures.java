package millrace.flink;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.util.SerializedThrowable;

/** A failure as the document shows it: statement, phase, innermost cause, and what the caller saw. */
final class Failures {
  private record Cause(String className, String message) {}

  private Failures() {}

  /** {@code statement} counts from 1; {@code running} tells whether the job had started. */
  static String toJson(Throwable failure, int statement, boolean running, Path folder) {
    List<Cause> chain = chain(failure, folder);
    String phase = running ? "run" : staticPhase(chain);
    Cause top = chain.get(0);
    Cause root = chain.get(chain.size() - 1);
    for (Cause c : chain) if (c.message != null) root = c;
    String outer = top == root || running ? ""
        : ",\n\"outer\":{\"class\":" + Json.text(top.className) + ",\"message\":" + Json.text(top.message) + "}";
    return "{\"statement\":" + statement + ",\"phase\":" + Json.text(phase) + ",\"class\":" + Json.text(root.className)
        + ",\"message\":" + Json.text(root.message) + outer + "}";
  }

  private static List<Cause> chain(Throwable failure, Path folder) {
    List<Cause> chain = new ArrayList<>();
    for (Throwable t = failure; t != null && chain.size() < 30; t = t.getCause() == t ? null : t.getCause()) {
      String name = t instanceof SerializedThrowable s ? s.getOriginalErrorClassName() : t.getClass().getName();
      String message = t.getMessage();
      if (message != null && message.startsWith(name + ": ")) message = message.substring(name.length() + 2);
      chain.add(new Cause(name, message == null ? null : withoutTraces(message, folder)));
    }
    return chain;
  }

  /** Takes the folder of this run and the names of our own connectors out of a message. */
  private static String withoutTraces(String message, Path folder) {
    return message.replace("file://" + folder, "${CASE}").replace("file:" + folder, "${CASE}").replace(folder.toString(), "${CASE}")
        .replaceAll("\\n(millrace-recording|millrace-paced-filesystem)(?=\\n|$)", "")
        .replace("millrace-paced-filesystem", "filesystem").replace("millrace-recording", "print")
        .replaceAll("\n.millrace-run.=.[0-9a-f]+.", "");
  }

  private static String staticPhase(List<Cause> chain) {
    for (Cause c : chain) {
      if (c.className.startsWith("org.apache.flink.table.api.SqlParser") || c.className.endsWith("ParseException")) return "parse";
      if (c.className.endsWith("ValidationException") || c.className.endsWith("SqlValidatorException")
          || c.className.contains(".catalog.exceptions.")) return "validate";
    }
    return "plan";
  }
}
