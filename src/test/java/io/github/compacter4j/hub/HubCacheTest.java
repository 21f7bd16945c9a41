package io.github.compacter4j.hub;

import static io.github.compacter4j.hub.FakeHub.COMMIT;
import static io.github.compacter4j.hub.FakeHub.REPO;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import io.github.compacter4j.download.DownloadLimits;
import io.github.compacter4j.download.DownloadProgress;
import io.github.compacter4j.download.FileServer;
import io.github.compacter4j.download.WebClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HubCacheTest {
  private static final DownloadLimits QUICK =
      new DownloadLimits(Duration.ofSeconds(5), Duration.ofSeconds(10), 3, Duration.ofMillis(5));
  private static final String WEIGHTS = "model.safetensors";

  @TempDir Path home;
  private final FakeHub hub = new FakeHub();

  @AfterEach
  void closeHub() {
    hub.close();
  }

  private HubCache cache(String... environment) {
    return cache(DownloadProgress.NONE, QUICK, environment);
  }

  private HubCache cache(DownloadProgress progress, DownloadLimits limits, String... environment) {
    return new HubCache(
        hub.environment(home, environment), progress, limits, Files::createSymbolicLink);
  }

  private Path repo() {
    return home.resolve("hub/models--t5-base");
  }

  private Path partial() {
    return repo().resolve("blobs").resolve(hub.etag(WEIGHTS) + ".incomplete");
  }

  private static String failure(HubCache cache) {
    UserException e = assertThrows(UserException.class, () -> cache.folder(REPO));
    assertEquals(UserException.BAD_INPUT, e.exitStatus());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
    return e.getMessage();
  }

  private static void assertHolds(String text, String... parts) {
    for (String part : parts) {
      assertTrue(text.contains(part), "expected '" + part + "' in: " + text);
    }
  }

  private void assertComplete(Path snapshot) throws IOException {
    for (String name : hub.files.keySet()) {
      assertArrayEquals(hub.files.get(name), Files.readAllBytes(snapshot.resolve(name)), name);
    }
  }

  @Test
  void freshDownloadHasTheHubsLayout() throws IOException {
    List<String> told = new ArrayList<>();
    DownloadProgress progress = (file, done, total) -> told.add(file + " " + done + "/" + total);
    Path folder = cache(progress, QUICK).folder(REPO);
    assertEquals(repo().resolve("snapshots").resolve(COMMIT), folder);
    assertComplete(folder);
    assertEquals(COMMIT, Files.readString(repo().resolve("refs/main")));
    assertEquals(
        Path.of("../../blobs/" + hub.etag(WEIGHTS)),
        Files.readSymbolicLink(folder.resolve(WEIGHTS)));
    try (var blobs = Files.list(repo().resolve("blobs"))) {
      assertEquals(4, blobs.count()); // nothing incomplete is left
    }
    assertTrue(
        Files.exists(home.resolve("hub/.locks/models--t5-base/" + hub.etag(WEIGHTS) + ".lock")));
    assertEquals("config.json 0/19", told.get(0));
    assertTrue(told.contains("model.safetensors 3000000/3000000"), told::toString);
  }

  @Test
  void whatIsThereNeedsNoRequest() {
    Path first = cache().folder(REPO);
    hub.log.clear();
    assertEquals(first, cache().folder(REPO));
    assertEquals(first, cache("HF_HUB_OFFLINE", "1").folder(REPO));
    assertEquals(Optional.of(first), cache().cached(REPO, HubFiles.MODEL));
    assertEquals(List.of(), hub.log);
  }

  @Test
  void continuesABrokenDownload() throws IOException {
    hub.store.breaks.set(1);
    assertComplete(cache().folder(REPO));
    assertEquals(List.of("GET /" + WEIGHTS, "GET /" + WEIGHTS + " range"), transfers());
  }

  @Test
  void theNextCallContinuesWhereTheLastBrokeOff() throws IOException {
    hub.store.breaks.set(100);
    DownloadLimits once = new DownloadLimits(QUICK.connect(), QUICK.silence(), 1, QUICK.pause());
    assertHolds(
        failure(cache(DownloadProgress.NONE, once)), "t5-base", WEIGHTS, "failed", "try again");
    long there = Files.size(partial());
    assertTrue(there > 0 && there < 3_000_000, "bytes kept: " + there);
    hub.store.breaks.set(0);
    List<Long> done = new ArrayList<>();
    assertComplete(cache((file, bytes, total) -> done.add(bytes), QUICK).folder(REPO));
    assertEquals(there, done.get(0));
    assertEquals("GET /" + WEIGHTS + " range", transfers().get(1));
  }

  @Test
  void startsOverWhereTheServerKnowsNoRanges() throws IOException {
    hub.store.ranges = false;
    hub.store.breaks.set(1);
    assertComplete(cache().folder(REPO));
    assertEquals(2, transfers().size());
  }

  private List<String> transfers() {
    return hub.log.stream().filter(line -> line.startsWith("GET /" + WEIGHTS)).toList();
  }

  @Test
  void refusesAWrongChecksum() throws IOException {
    hub.store.damages = true;
    assertHolds(failure(cache()), "t5-base/" + WEIGHTS, "SHA-256", hub.etag(WEIGHTS));
    assertFalse(Files.exists(partial()));
    assertFalse(Files.exists(repo().resolve("blobs").resolve(hub.etag(WEIGHTS))));
    assertFalse(Files.exists(repo().resolve("refs/main")));
    hub.store.damages = false;
    assertComplete(cache().folder(REPO));
  }

  @Test
  void keepsNothingThatStandsInAFilesPlace() throws IOException {
    hub.files.put("tokenizer.json", "<!DOCTYPE html><title>Sign in</title>".getBytes(UTF_8));
    assertHolds(failure(cache()), "t5-base/tokenizer.json", "HTML", "nothing was kept");
    assertFalse(Files.exists(repo().resolve("blobs").resolve(hub.etag("tokenizer.json"))));
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 3_000_000, 4_000_000})
  void replacesADamagedPartialDownload(int size) throws IOException {
    Files.createDirectories(partial().getParent());
    Files.write(partial(), new byte[size]);
    assertComplete(cache().folder(REPO));
  }

  @Test
  void stopsBesideAWriterThatKnowsNotOurLock() {
    DownloadProgress intruder =
        (file, done, total) -> {
          if (file.equals(WEIGHTS)) {
            append(partial());
          }
        };
    assertHolds(failure(cache(intruder, QUICK)), "another program is downloading it");
  }

  private static void append(Path file) {
    try {
      Files.write(file, new byte[10], StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void offlineSaysWhatIsMissingWhereAndWhatToDo() {
    assertHolds(
        failure(cache("HF_HUB_OFFLINE", "1")),
        "config.json, tokenizer.json, model.safetensors",
        repo().toString(),
        "HF_HUB_OFFLINE=1",
        "unset it",
        "pass its folder");
    assertEquals(List.of(), hub.log);
  }

  @Test
  void namesOnlyWhatIsMissing() throws IOException {
    Files.delete(cache().folder(REPO).resolve("tokenizer.json"));
    assertHolds(failure(cache("HF_HUB_OFFLINE", "true")), "no tokenizer.json in the cache");
    hub.log.clear();
    assertComplete(cache().folder(REPO));
    assertEquals(0, hub.count("GET"), "blobs are still there");
  }

  @Test
  void anUnreachableHubIsToldInOneLine() {
    hub.close();
    assertHolds(
        failure(cache()), "http://localhost", "no connection", "HF_ENDPOINT", "pass its folder");
  }

  @Test
  void anOverloadedHubIsAskedAgain() throws IOException {
    hub.overloads.set(2);
    assertComplete(cache().folder(REPO));
    hub.overloads.set(100);
    UserException e = assertThrows(UserException.class, () -> cache().folder("t5-small"));
    assertHolds(e.getMessage(), "status 503");
  }

  @Test
  void aSilentHubIsGivenUp() {
    hub.store.stalls = true;
    DownloadLimits limits =
        new DownloadLimits(QUICK.connect(), Duration.ofMillis(300), 1, Duration.ofMillis(1));
    assertHolds(failure(cache(DownloadProgress.NONE, limits)), "silent for 0.3 seconds");
  }

  @Test
  void anInterruptEndsTheDownloadAndKeepsItsBytes() throws Exception {
    hub.store.stalls = true;
    CountDownLatch begun = new CountDownLatch(1);
    DownloadProgress progress =
        (file, done, total) -> {
          if (file.equals(WEIGHTS) && done > 0) {
            begun.countDown();
          }
        };
    CompletableFuture<String> message = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                message.complete(failure(cache(progress, QUICK)) + Thread.interrupted());
              } catch (Throwable e) {
                message.completeExceptionally(e);
              }
            });
    thread.start();
    assertTrue(begun.await(20, TimeUnit.SECONDS), () -> "never began: " + message);
    thread.interrupt();
    assertHolds(message.get(), "interrupted", "true");
    assertTrue(Files.size(partial()) > 0);
  }

  @Test
  void unknownClosedAndIncompleteModelsAreToldApart() {
    UserException e = assertThrows(UserException.class, () -> cache().folder("t5-bse"));
    assertHolds(e.getMessage(), "'t5-bse'", "unknown", "404");
    hub.status = 401;
    hub.errorCode = "RepoNotFound";
    assertHolds(failure(cache()), "does not exist, or is gated or private", "401", "set HF_TOKEN");
    assertHolds(failure(cache("HF_TOKEN", "hf_secret")), "gives no access");
    hub.status = 403;
    hub.errorCode = "GatedRepo";
    assertHolds(failure(cache()), "is gated", "accept its terms", "set HF_TOKEN");
    hub.status = 200;
    hub.files.remove("config.json");
    assertHolds(failure(cache()), "has no config.json");
  }

  @Test
  void refusesPickledWeightsAndSaysHowToConvert() {
    hub.files.remove(WEIGHTS);
    hub.files.remove("tokenizer.json");
    hub.files.put("pytorch_model.bin", new byte[9]);
    assertHolds(
        failure(cache()),
        "no tokenizer.json, model.safetensors",
        "pytorch_model.bin",
        "from_pretrained('t5-base').save_pretrained('DIR', safe_serialization=True)");
    assertEquals(0, hub.count("GET"));
  }

  @Test
  void theTokenGoesToTheHubAlone() throws IOException {
    Files.writeString(home.resolve("token"), "hf_from_login\n");
    cache().folder(REPO);
    assertTrue(hub.log.contains("GET /t5-base/resolve/" + COMMIT + "/" + WEIGHTS + " token"));
    assertEquals(List.of("GET /" + WEIGHTS), transfers());
  }

  @Test
  void aRenamedModelKeepsTheNameThatWasAsked() throws IOException {
    Path folder = cache("HF_TOKEN", "hf_x").folder("old-name");
    assertComplete(folder);
    assertTrue(folder.startsWith(home.resolve("hub/models--old-name")), folder::toString);
    assertTrue(hub.log.contains("HEAD /t5-base/resolve/main/config.json token"));
  }

  @Test
  void neverFromEncryptedToPlain() {
    URI hub = URI.create("https://hub.example/a/b");
    assertEquals(URI.create("https://hub.example/c?d"), WebClient.redirected(hub, "/c?d"));
    for (String bad : List.of("http://hub.example/c", "file:///etc/passwd", "", "https://a b")) {
      assertThrows(UserException.class, () -> WebClient.redirected(hub, bad), bad);
    }
  }

  @Test
  void threadsShareOneDownload() throws Exception {
    hub.store.pauseMillis = 300;
    List<CompletableFuture<Path>> runs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      runs.add(
          CompletableFuture.supplyAsync(
              () -> cache().folder(REPO), run -> new Thread(run).start()));
    }
    for (CompletableFuture<Path> run : runs) {
      assertComplete(run.get());
    }
    assertEquals(1, transfers().size());
  }

  @Test
  void processesShareOneDownload() throws Exception {
    hub.store.pauseMillis = 1500; // long enough for the second to meet the first
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx128m",
              "-cp",
              System.getProperty("java.class.path"),
              HubCacheTest.class.getName());
      builder.environment().putAll(hub.environment(home));
      processes.add(builder.inheritIO().start());
    }
    for (Process process : processes) {
      assertEquals(0, process.waitFor());
    }
    assertComplete(cache().folder(REPO));
    assertEquals(1, transfers().size());
  }

  /** One of the two processes. */
  public static void main(String[] args) {
    HubCache.ofEnvironment(DownloadProgress.NONE).folder(REPO);
  }

  @Test
  void fetchesAllShards() throws IOException {
    hub.files.remove(WEIGHTS);
    shards("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors");
    hub.files.put("model-00001-of-00002.safetensors", FileServer.random(100));
    hub.files.put("model-00002-of-00002.safetensors", FileServer.random(200));
    Path folder = cache().folder(REPO);
    assertComplete(folder);
    hub.log.clear();
    assertEquals(folder, cache().folder(REPO));
    assertEquals(List.of(), hub.log);
    Files.delete(folder.resolve("model-00002-of-00002.safetensors"));
    assertHolds(failure(cache("HF_HUB_OFFLINE", "1")), "no model-00002-of-00002.safetensors in");
  }

  @Test
  void refusesAnIndexThatLeadsOutOfTheSnapshot() {
    hub.files.remove(WEIGHTS);
    shards("../../../x.safetensors", "y.safetensors");
    assertHolds(failure(cache()), "index.json", "../../../x.safetensors");
    assertFalse(Files.exists(repo().resolve("refs/main")));
  }

  private void shards(String first, String second) {
    String index = "{\"weight_map\":{\"a\":\"%s\",\"b\":\"%s\",\"c\":\"%s\"}}";
    hub.files.put(
        "model.safetensors.index.json", index.formatted(first, second, first).getBytes(UTF_8));
  }

  @Test
  void usesACacheThatPythonMadeAsItIs() throws IOException {
    Path snapshot = home.resolve("hub/models--google--t5-v1_1-small/snapshots").resolve(COMMIT);
    Path blobs = Files.createDirectories(snapshot.resolve("../../blobs").normalize());
    Files.createDirectories(snapshot);
    for (String name : List.of("config.json", "tokenizer.json", WEIGHTS)) {
      Files.writeString(blobs.resolve("etag-" + name), name);
      Files.createSymbolicLink(snapshot.resolve(name), Path.of("../../blobs/etag-" + name));
    }
    Path ref = Files.createDirectories(blobs.resolveSibling("refs")).resolve("main");
    Files.writeString(ref, COMMIT);
    assertEquals(snapshot, cache().folder("google/t5-v1_1-small"));
    assertEquals(List.of(), hub.log);
    Files.delete(blobs.resolve("etag-" + WEIGHTS)); // a dangling link is a missing file
    assertEquals(Optional.empty(), cache().cached("google/t5-v1_1-small", HubFiles.MODEL));
  }

  @Test
  void worksWhereLinksAreImpossible() throws IOException {
    Map<String, String> environment = hub.environment(home);
    HubLayout.Linker none =
        (link, target) -> {
          throw new UnsupportedOperationException();
        };
    Path folder = new HubCache(environment, DownloadProgress.NONE, QUICK, none).folder(REPO);
    assertComplete(folder);
    assertFalse(Files.isSymbolicLink(folder.resolve(WEIGHTS)));
    Path blob = repo().resolve("blobs").resolve(hub.etag(WEIGHTS));
    assertFalse(Files.exists(blob), "moved, not copied");
    Files.move(folder.resolve(WEIGHTS), blob); // an old blob is copied: others may link to it
    assertComplete(new HubCache(environment, DownloadProgress.NONE, QUICK, none).folder(REPO));
    assertTrue(Files.exists(blob));
  }

  @Test
  void repairsADanglingLink() throws IOException {
    Path folder = cache().folder(REPO);
    Files.delete(repo().resolve("blobs").resolve(hub.etag(WEIGHTS)));
    assertComplete(cache().folder(REPO));
    assertTrue(Files.isSymbolicLink(folder.resolve(WEIGHTS)));
  }

  @Test
  void fetchesSingleFilesWithoutWeights() throws IOException {
    Path folder = cache().folder(REPO, HubFiles.of("config.json"));
    try (var files = Files.list(folder)) {
      assertEquals(List.of(folder.resolve("config.json")), files.toList());
    }
    assertThrows(UserException.class, () -> HubFiles.of("../config.json"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "..",
        "../x",
        "a/..",
        "a/b/c",
        "/a",
        "a/",
        "a--b",
        "a b",
        "a?b",
        "a\nb",
        ".a",
        "a.git",
        "a\\b",
        "http://x"
      })
  void refusesOddNames(String name) {
    UserException e = assertThrows(UserException.class, () -> cache().folder(name));
    assertEquals(UserException.WRONG_USAGE, e.exitStatus());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
  }

  @Test
  void theRootFollowsPythonsVariables() {
    assertEquals(Path.of("/u/.cache/huggingface/hub"), root("HOME", "/u"));
    assertEquals(Path.of("/x/huggingface/hub"), root("HOME", "/u", "XDG_CACHE_HOME", "/x"));
    assertEquals(Path.of("/h/hub"), root("HF_HOME", "/h", "XDG_CACHE_HOME", "/x"));
    assertEquals(Path.of("/c"), root("HF_HUB_CACHE", "/c", "HF_HOME", "/h"));
    assertEquals(Path.of("/u/c"), root("HF_HUB_CACHE", "~/c", "HOME", "/u", "HF_HOME", " "));
  }

  private static Path root(String... variables) {
    Map<String, String> environment = new HashMap<>();
    for (int i = 0; i < variables.length; i += 2) {
      environment.put(variables[i], variables[i + 1]);
    }
    return new HubCache(environment, DownloadProgress.NONE).root();
  }

  @Test
  void wrongSettingsAreToldWithoutTheirSecrets() {
    String endpoint = failure(cache("HF_ENDPOINT", "https://me:pass@hub.example"));
    assertHolds(endpoint, "HF_ENDPOINT");
    assertFalse(endpoint.contains("pass@"), endpoint);
    String token = failure(cache("HF_TOKEN", "hf_a\u00e9b"));
    assertHolds(token, "HF_TOKEN");
    assertFalse(token.contains("hf_a"), token);
  }

  @Test
  void aCacheThatCannotBeWrittenIsNamed() throws IOException {
    Files.writeString(home.resolve("hub"), "a file where the folder should be");
    assertHolds(failure(cache()), "cannot keep it in the cache", repo().toString());
  }

  @Test
  void progressIsHiddenWherePythonHidesIt() throws IOException {
    List<String> told = new ArrayList<>();
    DownloadProgress progress = (file, done, total) -> told.add(file);
    assertComplete(cache(progress, QUICK, "HF_HUB_DISABLE_PROGRESS_BARS", "1").folder(REPO));
    assertEquals(List.of(), told);
  }

  @Test
  void theServerIsWaitedForAsLongAsPythonsVariableSays() {
    DownloadLimits once = new DownloadLimits(QUICK.connect(), QUICK.silence(), 1, QUICK.pause());
    hub.silence = Duration.ofSeconds(3);
    String told = failure(cache(DownloadProgress.NONE, once, "HF_HUB_ETAG_TIMEOUT", "1"));
    assertHolds(told, "failed", "timed out");
  }
}
