package millrace.verify;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import millrace.runtime.Json;

/** A session of Flink's SQL gateway over its REST interface. */
final class Gateway implements AutoCloseable {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(120);
  private static final long POLL_MS = 100;

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private final String address;
  private final String session;

  /** Opens a session. {@code address}: {@code http://host:port}. */
  Gateway(String address) throws IOException, InterruptedException {
    this.address = address.replaceAll("/+$", "");
    session = (String) ask("POST", "/v1/sessions", "{}").get("sessionHandle");
  }

  /** What went wrong with a statement, in Flink's words. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }
  }

  /** A statement that has not come to its end in time. */
  static final class Late extends IOException {
    private static final long serialVersionUID = 1;

    Late(String message) {
      super(message);
    }
  }

  /** Runs a statement to its end; gives the id of its job, or null when it has none. */
  String run(String statement, Duration max) throws IOException, InterruptedException {
    return run(statement, max, new ArrayList<>());
  }

  /** The rows of a statement that only shows something. */
  List<List<?>> rows(String statement, Duration max) throws IOException, InterruptedException {
    List<List<?>> rows = new ArrayList<>();
    run(statement, max, rows);
    return rows;
  }

  private String run(String statement, Duration max, List<List<?>> rows) throws IOException, InterruptedException {
    StringBuilder body = new StringBuilder("{\"statement\":");
    Json.quote(body, statement);
    String operation = (String) ask("POST", "/v1/sessions/" + session + "/statements", body.append('}').toString()).get("operationHandle");
    long end = System.nanoTime() + max.toNanos();
    String job = null;
    String next = "/v1/sessions/" + session + "/operations/" + operation + "/result/0?rowFormat=JSON";
    while (next != null) {
      Map<?, ?> answer = ask("GET", next, null);
      if (answer.get("jobID") instanceof String id) job = id;
      if (answer.get("results") instanceof Map<?, ?> results && results.get("data") instanceof List<?> data) {
        for (Object row : data) if (row instanceof Map<?, ?> entry && entry.get("fields") instanceof List<?> fields) rows.add(fields);
      }
      if ("EOS".equals(answer.get("resultType"))) return job;
      next = (String) answer.get("nextResultUri");
      if (System.nanoTime() > end) throw new Late("no end after " + max.toSeconds() + " s");
      Thread.sleep(POLL_MS);
    }
    return job;
  }

  @Override
  public void close() throws IOException {
    try {
      ask("DELETE", "/v1/sessions/" + session, null);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Map<?, ?> ask(String method, String path, String body) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(address + path))
        .timeout(ANSWER_MAX)
        .header("Content-Type", "application/json")
        .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
        .build();
    HttpResponse<String> response;
    try {
      response = client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException failure) {
      throw new IOException("there is no SQL gateway at " + address + " (" + failure + ")", failure);
    }
    Map<?, ?> answer = response.body().startsWith("{") ? (Map<?, ?>) Json.parse(response.body()) : Map.of();
    if (response.statusCode() == 200) return answer;
    if (answer.get("errors") instanceof List<?> errors && !errors.isEmpty()) throw new Refused(innermost(String.valueOf(errors.get(errors.size() - 1))));
    throw new Refused(response.body());
  }

  /** A gateway answers with a whole stack trace; what happened stands behind its last "Caused by". */
  private static String innermost(String trace) {
    int at = trace.lastIndexOf("Caused by: ");
    if (at < 0) return trace;
    int end = trace.indexOf("\n\tat ", at);
    return trace.substring(at + "Caused by: ".length(), end < 0 ? trace.length() : end).strip();
  }
}
