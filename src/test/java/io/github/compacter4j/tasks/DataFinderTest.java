package io.github.compacter4j.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import java.nio.file.Path;
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
          "--data",
          "COMPACTER4J_DATA"
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

  private TaskData load(Task task) {
    return TaskData.load(
        task, new DataFinder(Optional.of(named), Optional.of(home), Optional.of(cache)));
  }
}
