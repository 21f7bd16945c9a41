package io.github.compacter4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {
  @Test
  void namesTheNearest() {
    UserException e = Names.unknown("task", "SST-2", List.of("cola", "rte", "sst2"));
    assertEquals("unknown task 'SST-2'; did you mean 'sst2'? Known: cola rte sst2", e.getMessage());
    assertEquals(UserException.WRONG_USAGE, e.exitStatus());
  }

  @ParameterizedTest
  @CsvSource({
    "m, n",
    "t6, t5",
    "f1, f1_multiclass",
    "trian, train",
    "modle, model",
    "--modle, --model"
  })
  void namesWhatIsSimilar(String found, String known) {
    UserException e = Names.unknown("name", found, List.of("another", known));
    assertTrue(e.getMessage().contains("; did you mean '" + known + "'? "), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"nosuch, wsc", "bogus, count", "x, full", "--threads, --help", "--no, --lr"})
  void namesNothingUnlike(String found, String known) {
    UserException e = Names.unknown("name", found, List.of(known));
    assertEquals("unknown name '%s'; known: %s".formatted(found, known), e.getMessage());
  }

  @Test
  void quotesAreOneShortLine() {
    assertEquals("two lines", Names.shortened("two\nlines"));
    String quoted = Names.shortened("\uD83D\uDE00".repeat(1000)); // two characters of Java each
    assertEquals("\uD83D\uDE00".repeat(80) + "...", quoted);
    String message = Names.unknown("task", "x".repeat(100_000), List.of("rte")).getMessage();
    assertTrue(message.length() < 200, message);
  }
}
