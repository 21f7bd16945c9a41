package io.github.compacter4j.tasks.find;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import io.github.compacter4j.download.DownloadLimits;
import io.github.compacter4j.download.DownloadProgress;
import io.github.compacter4j.files.Hashes;
import io.github.compacter4j.tasks.Glue;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.TaskData;
import io.github.compacter4j.tasks.Written;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order of search. */
class DataFinderTest {
  private static final String SHIPPED = "everyday-sentiment, written for this project";

  @TempDir Path folder;
  private Path named;
  private Path home;
  private Path cache;

  @BeforeEach
  void folders() {
    named = folder.resolve("named");
    home = folder.resolve("home");
    cache = folder.resolve("cache");
  }

  @Test
  void theShippedSetIsTheLastResort() {
    Written.everyday(home.resolve("data/everyday-sentiment"));
    Written.everyday(named.resolve("everyday-sentiment"));
    TaskData shipped = load(Glue.sst2());
    assertEquals(SHIPPED, shipped.source());
    assertFalse(shipped.complete());
    assertEquals(6, shipped.size(Split.TRAIN));
    assertEquals(6, shipped.size(Split.TEST));
    Written.sst2(home.resolve("data/glue/SST-2"), 1001, 4);
    assertTrue(load(Glue.sst2()).source().startsWith("glue/SST-2 (partial"));
    Written.sst2(named.resolve("glue_partial/SST-2"), 1002, 4);
    assertTrue(load(Glue.sst2()).source().startsWith("glue_partial/SST-2 (partial"));
    Written.sst2(named.resolve("glue/SST-2"), 1003, 4);
    assertEquals(3, load(Glue.sst2()).size(Split.TRAIN));
  }

  @Test
  void aTasksOwnFolderMayBeNamed() {
    Written.rte(named.resolve("RTE"), 3, 4);
    TaskData data = Glue.rte().load(named.resolve("RTE"));
    assertTrue(data.source().startsWith("RTE (partial: 3 of 2,490"), data.source());
    Written.everyday(named.resolve("everyday-sentiment"));
    assertEquals(SHIPPED, Glue.sst2().load(named.resolve("everyday-sentiment")).source());
  }

  @Test
  void othersFilesAreNeverCalledTheShippedSet() {
    Written.everyday(named.resolve("mine"));
    assertThrows(UserException.class, () -> Glue.sst2().load(named.resolve("mine")));
  }

  @Test
  void nothingFoundNamesThePlacesAndWhatToDo() {
    UserException e = assertThrows(UserException.class, () -> load(Glue.rte()));
    for (String part :
        new String[] {
          "task rte: no data found; looked for train.tsv and dev.tsv in: ",
          named.resolve("glue/RTE").toString(),
          named.resolve("glue_partial/RTE").toString(),
          home.resolve("data/glue/RTE").toString(),
          cache.resolve("glue/RTE").toString(),
          "--data",
          "COMPACTER4J_DATA",
          "./compacter4j data fetch rte"
        }) {
      assertTrue(e.getMessage().contains(part), part + " in: " + e.getMessage());
    }
  }

  @Test
  void anIncompleteFolderIsPassedOver() {
    Written.write(named.resolve("glue/RTE/train.tsv"), "index\n");
    Written.rte(home.resolve("data/glue/RTE"), 3, 4);
    assertEquals(3, load(Glue.rte()).size(Split.TRAIN));
  }

  @Test
  void aFolderThatIsNamedMustExist() {
    UserException e = assertThrows(UserException.class, () -> Glue.sst2().load(named));
    assertTrue(e.getMessage().contains(named.toString()), e.getMessage());
  }

  @Test
  void aZipMayLieWhereAFolderWould() throws IOException {
    put(named.resolve("glue/RTE.zip"), Zips.rte());
    TaskData data = load(Glue.rte());
    assertTrue(data.source().startsWith("glue/RTE.zip (partial: 3 of 2,490"), data.source());
    assertEquals(2, data.published("test.tsv").rowCount());
    Written.rte(named.resolve("glue/RTE"), 5, 4);
    assertEquals(5, load(Glue.rte()).size(Split.TRAIN), "the folder comes first");
  }

  @Test
  void aTasksOwnZipMayBeNamed() throws IOException {
    Path zip = named.resolve("anything.zip");
    put(zip, Zips.rte());
    TaskData data = Glue.rte().load(zip);
    assertTrue(data.source().startsWith("anything.zip (partial: 3 of"), data.source());
    assertEquals(zip, DataFinder.in(zip).place(Glue.rte()));
    put(zip, Zips.of("train.tsv", "a\tb\n1\t2\n", "dev.tsv", "a\tb\n1\t2\n"));
    UserException e = assertThrows(UserException.class, () -> Glue.rte().load(zip));
    assertTrue(e.getMessage().startsWith(zip + ": /"), e.getMessage());
    assertTrue(e.getMessage().contains(".tsv, line 1: expected a column"), e.getMessage());
  }

  @Test
  void aDamagedZipIsToldAndNotPassedOver() throws IOException {
    Path zip = named.resolve("glue/RTE.zip");
    put(zip, Arrays.copyOf(Zips.rte(), 300));
    Written.rte(home.resolve("data/glue/RTE"), 3, 4);
    UserException e = assertThrows(UserException.class, () -> load(Glue.rte()));
    assertTrue(e.getMessage().startsWith(zip + ": cannot be read as a zip"), e.getMessage());
  }

  @Test
  void theUsersCacheComesBehindTheProject() {
    Written.rte(cache.resolve("glue/RTE"), 5, 4);
    assertEquals(5, load(Glue.rte()).size(Split.TRAIN));
    Written.rte(home.resolve("data/glue/RTE"), 3, 4);
    assertEquals(3, load(Glue.rte()).size(Split.TRAIN));
  }

  @Test
  void officialFilesAreFetchedWhereAskedAndNoWholeSetIsThere() throws IOException {
    Written.rte(named.resolve("glue_partial/RTE"), 5, 4);
    Path mirror = folder.resolve("mirror");
    byte[] zip = Zips.rte();
    put(mirror.resolve("RTE.zip"), zip);
    String sha256 = Hashes.sha256(mirror.resolve("RTE.zip"));
    OfficialSet.Archive archive = new OfficialSet.Archive("RTE.zip", "", zip.length, sha256);
    Map<String, String> sums = Map.of("train.tsv", "", "dev.tsv", "", "test.tsv", "");
    DataFetcher fetcher =
        new DataFetcher(
            Map.of("glue/RTE", new OfficialSet("glue/RTE", List.of(archive), sums)),
            DownloadLimits.USUAL,
            cache,
            ArchiveBase.parse(mirror.toString()),
            DownloadProgress.NONE);
    assertEquals(5, load(Glue.rte()).size(Split.TRAIN));
    assertFalse(Files.exists(cache), "fetched unasked");
    DataFinder finder = finder().fetching(fetcher);
    assertEquals(3, Glue.rte().load(finder).size(Split.TRAIN));
    assertEquals(cache.resolve("glue/RTE"), finder.place(Glue.rte()));
    Written.rte(named.resolve("glue/RTE"), 4, 4);
    assertEquals(4, Glue.rte().load(finder).size(Split.TRAIN));
  }

  private static void put(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  private DataFinder finder() {
    return new DataFinder(Optional.of(named), Optional.of(home), Optional.of(cache));
  }

  private TaskData load(Task task) {
    return task.load(finder());
  }
}
