package io.github.compacter4j.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.compacter4j.download.FileServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A hub on localhost that answers as the real one does: small files itself, large ones by a
 * redirect to a second server on another port.
 */
public final class FakeHub implements AutoCloseable {
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  /** The name of the one repository. */
  public static final String REPO = "t5-base";

  /** The files of the repository by name; large are those whose name ends in safetensors. */
  final Map<String, byte[]> files = new ConcurrentHashMap<>();

  /** What was asked: method, server, path, range and whether the token came along. */
  final List<String> log = new CopyOnWriteArrayList<>();

  /** How many answers are 503 from now on. */
  final AtomicInteger overloads = new AtomicInteger();

  volatile int status = 200;
  volatile String errorCode = "";

  /** How long it is silent before each answer. */
  volatile Duration silence = Duration.ZERO;

  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** Where large files come from. */
  final FileServer store = new FileServer(files, log);

  private final HttpServer hub = server();

  /** Starts it with files that look like a T5's. */
  public FakeHub() {
    files.put("config.json", "{\"model_type\":\"t5\"}".getBytes(UTF_8));
    files.put("tokenizer.json", "{\"model\":{}}".getBytes(UTF_8));
    files.put("spiece.model", new byte[] {1, 2, 3});
    files.put("model.safetensors", FileServer.random(3_000_000));
  }

  /** The environment of a user whose cache lies under a folder. */
  public Map<String, String> environment(Path home, String... more) {
    Map<String, String> all = new HashMap<>();
    all.put("HF_HOME", home.toString());
    all.put("HF_ENDPOINT", "http://localhost:" + hub.getAddress().getPort() + "/");
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }

  /** The name of a file's content. */
  public String etag(String name) {
    return digest(name.endsWith(".safetensors") ? "SHA-256" : "SHA-1", files.get(name));
  }

  /** How many lines of the log start so. */
  public long count(String start) {
    return log.stream().filter(line -> line.startsWith(start)).count();
  }

  private HttpServer server() {
    try {
      HttpServer server = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
      server.setExecutor(threads);
      server.createContext(
          "/",
          exchange -> {
            try (exchange) {
              log.add(FileServer.line(exchange));
              answer(exchange);
            }
          });
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    pause();
    String path = exchange.getRequestURI().getPath();
    if (overloads.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      exchange.sendResponseHeaders(503, -1);
      return;
    }
    if (path.startsWith("/old-name/")) {
      exchange.getResponseHeaders().set("Location", path.replace("/old-name/", "/" + REPO + "/"));
      exchange.sendResponseHeaders(307, -1);
      return;
    }
    String name = path.replaceFirst(".*/resolve/[^/]+/", "");
    boolean known = path.matches("/" + REPO + "/resolve/(main|" + COMMIT + ")/.+");
    if (status != 200 || !known || !files.containsKey(name)) {
      String code = known ? "EntryNotFound" : "RepoNotFound";
      exchange.getResponseHeaders().set("X-Error-Code", status != 200 ? errorCode : code);
      exchange.sendResponseHeaders(status != 200 ? status : 404, -1);
      return;
    }
    exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
    if (name.endsWith(".safetensors")) {
      exchange.getResponseHeaders().set("X-Linked-Etag", '"' + etag(name) + '"');
      exchange.getResponseHeaders().set("X-Linked-Size", "" + files.get(name).length);
      String location = store.address() + name + "?signed";
      exchange.getResponseHeaders().set("Location", location);
      exchange.sendResponseHeaders(302, -1);
      return;
    }
    exchange.getResponseHeaders().set("ETag", "W/\"" + etag(name) + '"');
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", "" + files.get(name).length);
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    exchange.sendResponseHeaders(200, files.get(name).length);
    exchange.getResponseBody().write(files.get(name));
  }

  private void pause() throws IOException {
    try {
      Thread.sleep(silence.toMillis());
    } catch (InterruptedException e) {
      throw new IOException(e); // the hub is closed meanwhile
    }
  }

  static String digest(String algorithm, byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    hub.stop(0);
    store.close();
    threads.shutdownNow();
  }
}
