package io.github.compacter4j.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import io.github.compacter4j.tables.BrokenRow;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TaskInputTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("mine.tsv");
  }

  @Test
  void readsTheTasksTextsInAnyOrderOfColumns() {
    Written.write(file, "sentence2\tnote\tsentence1\nB.\tx\tA.\nD.\t\tC.\n");
    List<String> expected = List.of("sentence1: A. sentence2: B.", "sentence1: C. sentence2: D.");
    assertEquals(expected, TaskInput.sources(Glue.rte(), file, false).texts());
    assertEquals(
        "mrpc " + expected.get(0), TaskInput.sources(Glue.mrpc(), file, true).texts().get(0));
  }

  @Test
  void knowsThePublishedColumnNamesToo() {
    Written.write(file, "index\t#1 String\t#2 String\n0\tA.\tB.\n");
    List<String> expected = List.of("sentence1: A. sentence2: B.");
    assertEquals(expected, TaskInput.sources(Glue.mrpc(), file, false).texts());
  }

  @Test
  void mistakesNameFileAndLine() {
    Written.write(file, "text\nA.\n");
    assertMistake("mine.tsv, line 1: expected a column 'sentence1', found the columns: text");
    Written.write(file, "sentence1\tsentence2\nA.\tB.\nC.\n");
    assertMistake("mine.tsv, line 3: expected 2 tab-separated columns");
  }

  /** The last of each file is whole, one before it is not, and one has no text, which is read. */
  @ParameterizedTest
  @MethodSource("broken")
  void brokenRowsAreToldWithTheirLines(String name, String text, List<Long> lines) {
    file = folder.resolve(name);
    Written.write(file, text);
    TaskInput<String> input = TaskInput.sources(Glue.sst2(), file, false);
    assertEquals("sentence: A.", input.texts().get(input.texts().size() - 1));
    List<Long> broken = input.broken().stream().map(BrokenRow::line).sorted().toList();
    assertEquals(lines, broken, input.broken().toString());
    assertEquals("sentence: ", input.texts().get(0).substring(0, 10));
    assertTrue(input.withoutText().get().contains(" rows have no text, the first in line "));
  }

  static Stream<Arguments> broken() {
    String json = "{\"sentence\": \"\"}\n{\"text\": \"B.\"}\nA.\n{\"sentence\": \"A.\"}\n";
    return Stream.of(
        Arguments.of("mine.tsv", "sentence\n\none\ttwo\nA.\n", List.of(3L)),
        Arguments.of("mine.csv", "sentence,n\n\"two\nlines\",1\nB.\n\" \",3\nA.,1\n", List.of(4L)),
        Arguments.of("mine.jsonl", json, List.of(2L, 3L)));
  }

  private void assertMistake(String part) {
    UserException e =
        assertThrows(
            UserException.class, () -> TaskInput.sources(Glue.mrpc(), file, false).requireAll());
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }
}
