package io.github.compacter4j.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.RealData;
import io.github.compacter4j.UserException;
import io.github.compacter4j.tasks.DataStatus.Checksum;
import io.github.compacter4j.tasks.DataStatus.State;
import io.github.compacter4j.tasks.find.DataFinder;
import io.github.compacter4j.tasks.find.Zips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What list and verify find right and wrong. */
class DataCheckTest {
  @TempDir Path folder;

  private DataStatus only() {
    List<DataStatus> all = DataCheck.verify(folder);
    assertEquals(1, all.size(), all.toString());
    return all.get(0);
  }

  private static void assertProblem(DataStatus status, String... parts) {
    assertTrue(
        status.problems().stream().anyMatch(p -> Stream.of(parts).allMatch(p::contains)),
        status.problems().toString());
  }

  private Path copied(String place) throws IOException {
    Path from = RealData.require(place);
    Path to = Files.createDirectories(folder.resolve(place));
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
    return to;
  }

  @Test
  void theOfficialFilesAreWholeAndTheirSumsRight() {
    Path root = RealData.require("README.md").getParent();
    List<DataStatus> all = DataCheck.verify(root);
    Map<State, List<DataStatus>> states =
        all.stream().collect(Collectors.groupingBy(DataStatus::state));
    assertEquals(Set.of(State.COMPLETE, State.PARTIAL), states.keySet());
    assertEquals(13, states.get(State.COMPLETE).size());
    for (DataStatus status : states.get(State.COMPLETE)) {
      assertEquals(List.of(), status.problems());
      status.files().forEach(file -> assertEquals(Checksum.OFFICIAL, file.checksum(), file.file()));
    }
    List<DataStatus> listed = DataCheck.list(DataFinder.in(root));
    assertEquals(Tasks.all().size(), listed.size());
    DataStatus rte = listed.stream().filter(s -> s.task().equals("rte")).findFirst().orElseThrow();
    assertEquals(Map.of("train", 2490, "validation", 138, "test", 139), rte.rows());
    assertEquals(root.resolve("glue/RTE").toString(), rte.path());
  }

  @Test
  void aChangedByteAndAMissingFileAreFound() throws IOException {
    Path rte = copied("glue/RTE");
    byte[] bytes = Files.readAllBytes(rte.resolve("dev.tsv"));
    bytes[bytes.length / 2] ^= 1;
    Files.write(rte.resolve("dev.tsv"), bytes);
    Files.delete(rte.resolve("test.tsv"));
    DataStatus status = only();
    assertEquals(State.PARTIAL, status.state());
    assertEquals(2, status.problems().size(), status.problems().toString());
    assertProblem(status, "glue/RTE/dev.tsv", "expected the SHA-256 80230dfa", "found ");
    assertProblem(status, "glue/RTE/test.tsv: expected 3,000 rows, found no file");
    assertEquals(State.PARTIAL, DataCheck.verify(rte).get(0).state(), "named itself");
  }

  @Test
  void rowsThatLackColumnsAreListed() throws IOException {
    Path cola = copied("glue/CoLA");
    List<String> lines = Files.readAllLines(cola.resolve("train.tsv"));
    lines.set(6, "too short");
    Files.write(cola.resolve("train.tsv"), lines);
    DataStatus status = only();
    assertEquals(List.of(7L), status.files().get(0).dropped());
    assertEquals(8550, status.files().get(0).rows());
    assertProblem(status, "glue/CoLA/train.tsv: expected 8,551 rows, found 8,550");
  }

  @Test
  void aWrongLabelIsToldWithItsLine() {
    Written.rte(folder.resolve("glue/RTE"), 3, 4);
    Written.write(
        folder.resolve("glue/RTE/train.tsv"),
        "index\tsentence1\tsentence2\tlabel\n0\ta\tb\tentailment\n1\ta\tb\tperhaps\n");
    DataStatus status = only();
    assertEquals(State.DAMAGED, status.state());
    assertProblem(status, "train.tsv, line 3", "'perhaps'");
  }

  @Test
  void aPartNeedNotBeWhole() {
    Written.rte(folder.resolve("glue_partial/RTE"), 3, 4);
    DataStatus status = only();
    assertEquals(State.PARTIAL, status.state());
    assertEquals(List.of(), status.problems());
    assertEquals(Map.of("train", 3, "validation", 2, "test", 2), status.rows());
  }

  @Test
  void sumsThatLieInTheFolderCount() throws IOException {
    Path rte = folder.resolve("glue_partial/RTE");
    Written.rte(rte, 3, 4);
    Written.write(rte.resolve("SHA256SUMS"), "00  train.tsv\n");
    List<DataStatus.FileStatus> files = only().files();
    assertEquals(Checksum.DIFFERENT, files.get(0).checksum());
    assertEquals(Checksum.UNRECORDED, files.get(1).checksum());
  }

  @Test
  void zipsAreChecked() throws IOException {
    Path zip = Files.createDirectories(folder.resolve("glue")).resolve("RTE.zip");
    Files.write(zip, Zips.rte());
    DataStatus status = only();
    assertEquals("glue/RTE.zip", status.place());
    assertEquals(zip.toString(), status.path());
    assertProblem(status, "glue/RTE.zip/train.tsv: expected 2,490 rows, found 3");
    Files.write(zip, new byte[100]);
    status = only();
    assertEquals(State.DAMAGED, status.state());
    assertProblem(status, zip + ": cannot be read as a zip");
  }

  @Test
  void mnliWithoutItsMismatchedFileIsNotWhole() {
    String rows = "sentence1\tsentence2\tgold_label\na\tb\tneutral\n";
    Written.write(folder.resolve("glue/MNLI/train.tsv"), rows);
    Written.write(folder.resolve("glue/MNLI/dev_matched.tsv"), rows);
    DataStatus status = only();
    assertProblem(status, "glue/MNLI: no dev_mismatched.tsv");
    assertProblem(status, "train.tsv: expected at least 1001 rows", "found 1");
    assertEquals(Map.of(), status.rows());
  }

  @Test
  void aFolderWithoutTasksIsAnError() {
    UserException e = assertThrows(UserException.class, () -> DataCheck.verify(folder));
    assertTrue(e.getMessage().contains(folder + ": expected folders such as"), e.getMessage());
  }
}
