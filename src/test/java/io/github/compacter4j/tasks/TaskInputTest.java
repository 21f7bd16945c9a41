package io.github.compacter4j.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    assertEquals(expected, TaskInput.sources(Glue.rte(), file, false));
    assertEquals("mrpc " + expected.get(0), TaskInput.sources(Glue.mrpc(), file, true).get(0));
  }

  @Test
  void knowsThePublishedColumnNamesToo() {
    Written.write(file, "index\t#1 String\t#2 String\n0\tA.\tB.\n");
    List<String> expected = List.of("sentence1: A. sentence2: B.");
    assertEquals(expected, TaskInput.sources(Glue.mrpc(), file, false));
  }

  @Test
  void mistakesNameFileAndLine() {
    Written.write(file, "text\nA.\n");
    assertMistake("mine.tsv, line 1: expected a column 'sentence1', found the columns: text");
    Written.write(file, "sentence1\tsentence2\nA.\tB.\nC.\n");
    assertMistake("mine.tsv, line 3: expected 2 tab-separated columns");
  }

  private void assertMistake(String part) {
    UserException e =
        assertThrows(UserException.class, () -> TaskInput.sources(Glue.mrpc(), file, false));
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }
}
