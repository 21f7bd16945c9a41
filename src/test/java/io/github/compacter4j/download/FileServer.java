package io.github.compacter4j.download;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of files on localhost that fails as it is told to. */
public final class FileServer implements AutoCloseable {
  /** The files by path, without a slash in front. */
  public final Map<String, byte[]> files;

  /** What was asked: method, path, whether a token came along, and whether a range was wanted. */
  public final List<String> log;

  /** How many transfers break off in the middle from now on. */
  public final AtomicInteger breaks = new AtomicInteger();

  /** How many answers are of another status from now on, and which. */
  public final AtomicInteger refusals = new AtomicInteger();

  public volatile int status = 503;

  /** Paths that lead elsewhere. */
  public final Map<String, String> redirects = new ConcurrentHashMap<>();

  public volatile boolean ranges = true;
  public volatile boolean damages;
  public volatile boolean stalls;
  public volatile int pauseMillis;

  private final CountDownLatch released = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  public FileServer() {
    this(new ConcurrentHashMap<>(), new CopyOnWriteArrayList<>());
  }

  /** A server of files that others may change, writing into a log that others may share. */
  public FileServer(Map<String, byte[]> files, List<String> log) {
    this.files = files;
    this.log = log;
    try {
      server = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            log.add(line(exchange));
            answer(exchange);
          }
        });
    server.start();
  }

  public static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  /** Its address, with a slash at the end. */
  public String address() {
    return "http://localhost:" + server.getAddress().getPort() + "/";
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** What the log says of a request. */
  public static String line(HttpExchange exchange) {
    return "%s %s%s%s"
        .formatted(
            exchange.getRequestMethod(),
            exchange.getRequestURI().getPath(),
            exchange.getRequestHeaders().containsKey("Authorization") ? " token" : "",
            exchange.getRequestHeaders().containsKey("Range") ? " range" : "");
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring(1);
    if (refusals.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      exchange.sendResponseHeaders(status, -1);
    } else if (redirects.containsKey(path)) {
      exchange.getResponseHeaders().set("Location", redirects.get(path));
      exchange.sendResponseHeaders(302, -1);
    } else if (!files.containsKey(path)) {
      exchange.sendResponseHeaders(404, -1);
    } else {
      send(exchange, files.get(path).clone());
    }
  }

  private void send(HttpExchange exchange, byte[] bytes) throws IOException {
    if (damages) {
      bytes[bytes.length - 1]++;
    }
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = 0;
    if (range != null && ranges) {
      from = Integer.parseInt(range.replaceAll("\\D", ""));
      String content = "bytes %d-%d/%d".formatted(from, bytes.length - 1, bytes.length);
      exchange.getResponseHeaders().set("Content-Range", content);
    }
    byte[] rest = Arrays.copyOfRange(bytes, from, bytes.length);
    exchange.sendResponseHeaders(range != null && ranges ? 206 : 200, rest.length);
    waitFor(pauseMillis);
    boolean breaking = breaks.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    exchange.getResponseBody().write(rest, 0, breaking || stalls ? rest.length / 2 : rest.length);
    exchange.getResponseBody().flush();
    if (stalls) {
      waitFor(Integer.MAX_VALUE);
    }
  }

  private void waitFor(int millis) {
    try {
      released.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    released.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
