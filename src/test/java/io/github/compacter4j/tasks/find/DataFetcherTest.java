package io.github.compacter4j.tasks.find;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.compacter4j.UserException;
import io.github.compacter4j.download.DownloadLimits;
import io.github.compacter4j.download.DownloadProgress;
import io.github.compacter4j.download.FileServer;
import io.github.compacter4j.files.Hashes;
import io.github.compacter4j.tasks.Glue;
import io.github.compacter4j.tasks.Written;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Fetching from a server on localhost, with archives of a few own rows. */
@Timeout(60)
class DataFetcherTest {
  private static final String PATH = "glue/data/RTE.zip";
  private static final DownloadLimits QUICK =
      new DownloadLimits(Duration.ofSeconds(5), Duration.ofSeconds(10), 3, Duration.ofMillis(5));

  private static final int FETCHED = 10;
  private static final int THERE = 11;

  @TempDir Path folder;
  private final FileServer server = new FileServer();
  private Path data;

  @BeforeEach
  void serve() {
    data = folder.resolve("data");
    server.files.put(PATH, Zips.rte());
  }

  @AfterEach
  void close() {
    server.close();
  }

  /** A fetcher that knows the archive which the server is meant to have. */
  private DataFetcher fetcher(byte[] archive, DownloadProgress progress) {
    return fetcher(server.address(), data, archive.length, sha256(archive), progress);
  }

  private static DataFetcher fetcher(
      String base, Path data, long bytes, String sha256, DownloadProgress progress) {
    Map<String, String> files = new LinkedHashMap<>();
    List.of("train.tsv", "dev.tsv", "test.tsv").forEach(file -> files.put(file, ""));
    OfficialSet rte =
        new OfficialSet(
            "glue/RTE", List.of(new OfficialSet.Archive(PATH, "", bytes, sha256)), files);
    return new DataFetcher(Map.of("glue/RTE", rte), QUICK, data, ArchiveBase.parse(base), progress);
  }

  private DataFetcher fetcher() {
    return fetcher(server.files.get(PATH), DownloadProgress.NONE);
  }

  private static String sha256(byte[] bytes) {
    try {
      Path file = Files.createTempFile("bytes", "");
      Files.write(file, bytes);
      String sum = Hashes.sha256(file);
      Files.delete(file);
      return sum;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String failure(DataFetcher fetcher, String... parts) {
    UserException e = assertThrows(UserException.class, () -> fetcher.fetch(Glue.rte()));
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), "expected '" + part + "' in: " + e.getMessage());
    }
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
    assertFalse(Files.exists(data.resolve("glue/RTE")), "a folder was left");
    assertEquals(List.of(), Arrays.asList(list(data.resolve("glue"))), "something was left");
    return e.getMessage();
  }

  private static String[] list(Path at) {
    String[] names = at.toFile().list();
    return names == null ? new String[0] : names;
  }

  private void assertFetched() throws IOException {
    Path rte = data.resolve("glue/RTE");
    assertEquals(4, list(rte).length);
    for (String line : Files.readAllLines(rte.resolve(OfficialSet.SUMS))) {
      String[] parts = line.split("  ");
      assertEquals(Hashes.sha256(rte.resolve(parts[1])), parts[0]);
    }
    assertEquals(3, Glue.rte().load(data).size(Split.TRAIN));
    assertEquals(List.of("glue-RTE.lock"), List.of(list(data.resolve(".downloads"))));
  }

  @Test
  void fetchesChecksAndUnpacks() throws IOException {
    List<String> told = new ArrayList<>();
    DataFetcher fetcher =
        fetcher(
            server.files.get(PATH), (file, done, all) -> told.add(file + " " + done + "/" + all));
    assertEquals(
        new DataFetcher.Fetched("rte", data.resolve("glue/RTE"), true), fetcher.fetch(Glue.rte()));
    assertFetched();
    int size = server.files.get(PATH).length;
    assertEquals("RTE.zip %d/%d".formatted(size, size), told.get(told.size() - 1));
  }

  @Test
  void aSecondCallAsksForNothing() throws IOException {
    fetcher().fetch(Glue.rte());
    server.log.clear();
    assertFalse(fetcher().fetch(Glue.rte()).fetched());
    assertEquals(List.of(), server.log);
    assertFetched();
  }

  @Test
  void aBrokenDownloadContinues() throws IOException {
    server.breaks.set(1);
    fetcher().fetch(Glue.rte());
    assertFetched();
    assertEquals(List.of("GET /" + PATH, "GET /" + PATH + " range"), server.log);
  }

  @Test
  void theNextCallContinuesAndChecksWhatIsThere() throws IOException {
    server.breaks.set(100);
    failure(fetcher(), "task rte", server.address(), "failed", "a broken download continues");
    Path part = data.resolve(".downloads/glue-RTE-RTE.zip.incomplete");
    long there = Files.size(part);
    assertTrue(there > 0 && there < server.files.get(PATH).length, "bytes kept: " + there);
    server.breaks.set(0);
    Files.write(part, new byte[(int) there]); // damaged meanwhile: all anew
    server.log.clear();
    fetcher().fetch(Glue.rte());
    assertFetched();
    assertEquals(List.of("GET /" + PATH + " range", "GET /" + PATH), server.log);
  }

  @Test
  void aMissingArchiveIsToldAtOnce() {
    server.files.clear();
    failure(fetcher(Zips.rte(), DownloadProgress.NONE), "task rte, RTE.zip", "status 404");
    assertEquals(1, server.log.size());
  }

  @Test
  void anOverloadedServerIsAskedAgain() throws IOException {
    server.status = 500;
    server.refusals.set(100);
    failure(fetcher(), "task rte", "status 500", "connect and try again");
    assertEquals(QUICK.attempts(), server.log.size());
    server.refusals.set(2);
    fetcher().fetch(Glue.rte());
    assertFetched();
  }

  @Test
  void redirectsAreFollowedButNotForEver() throws IOException {
    server.redirects.put("a/" + PATH, "/" + PATH);
    fetcher(server.address() + "a", data, Zips.rte().length, sha256(Zips.rte()), (f, d, t) -> {})
        .fetch(Glue.rte());
    assertFetched();
    data = folder.resolve("other");
    server.redirects.put(PATH, "/" + PATH);
    failure(fetcher(), "task rte, RTE.zip", "more than 10 redirects");
  }

  @Test
  void wrongBytesAreNotKept() throws IOException {
    server.damages = true;
    failure(fetcher(), "task rte, RTE.zip", "SHA-256", sha256(Zips.rte()), "nothing was kept");
    assertEquals(List.of("glue-RTE.lock"), List.of(list(data.resolve(".downloads"))));
    byte[] longer = Arrays.copyOf(Zips.rte(), Zips.rte().length + 1);
    failure(fetcher(longer, DownloadProgress.NONE), "expected " + longer.length + " bytes");
    server.damages = false;
    fetcher().fetch(Glue.rte());
    assertFetched();
  }

  @Test
  void noNetworkIsToldInOneLine() {
    server.close();
    failure(fetcher(), "no connection", "--base", DataFetcher.BASE_VARIABLE, "https.proxyHost");
    DataFetcher unknown =
        fetcher("http://no-such-host.invalid/", data, 1, "0", DownloadProgress.NONE);
    failure(unknown, "no-such-host.invalid", "failed");
  }

  @Test
  void proxiesAreJavas() throws IOException {
    try (FileServer proxy = new FileServer()) {
      proxy.files.put(PATH, Zips.rte()); // a proxy is asked for http://glue.invalid/PATH
      System.setProperty("http.proxyHost", "localhost");
      System.setProperty("http.proxyPort", "" + proxy.port());
      fetcher("http://glue.invalid/", data, Zips.rte().length, sha256(Zips.rte()), (f, d, t) -> {})
          .fetch(Glue.rte());
      assertEquals(List.of("GET /" + PATH), proxy.log);
    } finally {
      System.clearProperty("http.proxyHost");
      System.clearProperty("http.proxyPort");
    }
    assertFetched();
  }

  @Test
  void aFolderServesAsBase() throws IOException {
    Path base = Files.createDirectories(folder.resolve("mirror"));
    byte[] zip = Zips.rte();
    DataFetcher offline =
        fetcher(base.toString(), data, zip.length, sha256(zip), DownloadProgress.NONE);
    failure(offline, "task rte, RTE.zip", base.resolve(PATH).toString(), "found none");
    Files.createDirectories(base.resolve(PATH).getParent());
    Files.write(base.resolve(PATH), new byte[zip.length]);
    failure(offline, "SHA-256 " + sha256(zip), "found " + sha256(new byte[zip.length]));
    Files.write(base.resolve(PATH), new byte[3]);
    failure(offline, "expected " + zip.length + " bytes", "found 3 bytes");
    Files.write(base.resolve(PATH), zip);
    fetcher(base.toUri().toString(), data, zip.length, sha256(zip), DownloadProgress.NONE)
        .fetch(Glue.rte());
    assertFetched();
    assertTrue(Files.exists(base.resolve(PATH)), "the mirror was emptied");
    assertEquals(List.of(), server.log);
  }

  @Test
  void aBaseThatIsNoneIsWrongUsage() {
    for (String base :
        List.of("no/such/folder", "http://", "https://me:pass@mirror.example", "http://a b")) {
      UserException e = assertThrows(UserException.class, () -> ArchiveBase.parse(base), base);
      assertEquals(UserException.WRONG_USAGE, e.exitStatus());
      assertFalse(e.getMessage().contains("pass@"), e.getMessage());
    }
  }

  @Test
  void whatElseLiesThereIsLeftAlone() throws IOException {
    Path mine = data.resolve("glue/RTE/train.tsv");
    Written.write(mine, "mine");
    UserException e = assertThrows(UserException.class, () -> fetcher().fetch(Glue.rte()));
    assertTrue(e.getMessage().contains("found no dev.tsv, test.tsv there"), e.getMessage());
    assertEquals("mine", Files.readString(mine));
    assertEquals(List.of(), server.log);
  }

  @Test
  void archivesThatReachOutOfThemselvesAreRefused() {
    String rows = "index\tsentence1\tsentence2\tlabel\n0\ta\tb\tentailment\n";
    for (String name : List.of("../RTE/train.tsv", "RTE/../../x", "/RTE/train.tsv", "C:/x")) {
      byte[] zip = Zips.of(name, rows, "RTE/dev.tsv", rows, "RTE/test.tsv", rows);
      server.files.put(PATH, zip);
      failure(fetcher(), "RTE.zip", "'" + name + "'", "no path inside the zip");
    }
    server.files.put(
        PATH, Zips.of("RTE/train.tsv", "->/etc/passwd", "RTE/dev.tsv", "", "RTE/test.tsv", ""));
    failure(fetcher(), "'RTE/train.tsv' is a link");
    String twice = "RTE/train.tsv";
    server.files.put(
        PATH, Zips.of(twice, rows, twice, rows, "RTE/dev.tsv", rows, "RTE/test.tsv", rows));
    failure(fetcher(), "'RTE/train.tsv' stands twice");
    assertFalse(Files.exists(folder.resolve("RTE")));
  }

  @Test
  void archivesThatDoNotHoldWhatTheyDeclareAreRefused() {
    server.files.put(PATH, Zips.declaring(Zips.rte(), Integer.MAX_VALUE));
    failure(fetcher(), "'RTE/train.tsv' declares 2,147,483,647 bytes", "at most 1,073,741,824");
    server.files.put(PATH, Zips.declaring(Zips.rte(), 10));
    failure(fetcher(), "'RTE/train.tsv' holds more than the 10 bytes it declares");
    server.files.put(PATH, Zips.declaring(Zips.rte(), 1 << 20));
    failure(fetcher(), "'RTE/train.tsv' is damaged");
    server.files.put(PATH, Arrays.copyOf(Zips.rte(), Zips.rte().length / 2));
    failure(fetcher(), "RTE.zip: cannot be read as a zip");
    server.files.put(PATH, Zips.of("RTE/train.tsv", "a"));
    failure(fetcher(), "expected train.tsv, dev.tsv, test.tsv in it");
  }

  @Test
  void aFullDiskIsToldAndLeavesNothingHalf() throws Exception {
    Path disk = Files.createDirectories(folder.resolve("disk"));
    Process mount =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk.toString())
            .redirectErrorStream(true)
            .start();
    assumeTrue(mount.waitFor() == 0, "skipped: a small disk cannot be mounted here");
    try {
      data = disk;
      server.files.put(PATH, FileServer.random(1 << 20));
      failure(fetcher(), "task rte: cannot be kept in " + disk, "No space left on device");
      Files.delete(disk.resolve(".downloads/glue-RTE-RTE.zip.incomplete"));
      server.files.put(
          PATH,
          Zips.of("RTE/train.tsv", "a".repeat(1 << 20), "RTE/dev.tsv", "", "RTE/test.tsv", ""));
      failure(fetcher(), "task rte: cannot be kept in " + disk, "No space left on device");
    } finally {
      assertEquals(0, new ProcessBuilder("umount", disk.toString()).start().waitFor());
    }
  }

  @Test
  void processesShareOneDownload() throws Exception {
    server.pauseMillis = 1500; // long enough for the second to meet the first
    byte[] zip = server.files.get(PATH);
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      processes.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx128m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  DataFetcherTest.class.getName(),
                  server.address(),
                  data.toString(),
                  "" + zip.length,
                  sha256(zip))
              .inheritIO()
              .start());
    }
    int fetched = 0;
    for (Process process : processes) {
      int status = process.waitFor();
      assertTrue(status == FETCHED || status == THERE, "status " + status);
      fetched += status == FETCHED ? 1 : 0;
    }
    assertEquals(1, fetched);
    assertEquals(List.of("GET /" + PATH), server.log);
    assertFetched();
  }

  /** One of the two processes. */
  public static void main(String[] args) {
    DataFetcher fetcher =
        fetcher(args[0], Path.of(args[1]), Long.parseLong(args[2]), args[3], DownloadProgress.NONE);
    System.exit(fetcher.fetch(Glue.rte()).fetched() ? FETCHED : THERE);
  }
}
