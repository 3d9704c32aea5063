package millrace.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;

/**
 * One function of the project, as compiled from TypeScript, in a JavaScript context of its own. Flink calls an instance
 * of a function from one thread only, so one context per instance needs no locks.
 */
public final class JavaScript implements AutoCloseable {
  private final String function;
  private final Context context;
  private final Value calls;

  private JavaScript(String function, Context context, Value calls) {
    this.function = function;
    this.context = context;
    this.calls = calls;
  }

  /** Loads {@code /millrace/functions/NAME.js} and the shim beside it. {@code declaration} is its types, as JSON. */
  public static JavaScript open(String name, ClassLoader loader) {
    // GraalJS finds its parts through the thread's class loader, which in Flink is that of the job.
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(JavaScript.class.getClassLoader());
    try {
      Context context = Context.newBuilder("js").allowAllAccess(false).option("engine.WarnInterpreterOnly", "false").build();
      Value definition = context.eval("js", resource(loader, name + ".js"));
      Value shim = context.eval("js", resource(loader, "shim.js"));
      Value calls = shim.execute(definition, resource(loader, name + ".json"));
      return new JavaScript(name, context, calls);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Calls one of the shim's functions; all arguments and the answer are text, numbers or null. */
  public String call(String member, Object... arguments) {
    try {
      Value answer = calls.getMember(member).execute(arguments);
      return answer.isNull() ? null : answer.asString();
    } catch (PolyglotException failure) {
      throw new RuntimeException("The function " + function + " failed: " + failure.getMessage(), failure);
    }
  }

  @Override
  public void close() {
    context.close(true);
  }

  private static String resource(ClassLoader loader, String name) {
    String path = "millrace/functions/" + name;
    try (InputStream in = loader.getResourceAsStream(path)) {
      if (in == null) throw new IllegalStateException(path + " is not on the class path");
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new IllegalStateException(path + " cannot be read", failure);
    }
  }
}
