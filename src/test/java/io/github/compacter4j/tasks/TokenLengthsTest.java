package io.github.compacter4j.tasks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.compacter4j.Home;
import io.github.compacter4j.UserException;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.text.T5Tokenizer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenLengthsTest {
  private static T5Tokenizer tokenizer;
  private static TaskData data;

  @BeforeAll
  static void load(@TempDir Path folder) {
    tokenizer = T5Tokenizer.load(Home.folder().orElseThrow().resolve("data/t5-tiny-en"));
    Written.write(
        folder.resolve("task.yaml"),
        """
        name: words
        template: "{text}"
        files: {train: train.tsv, validation: other.tsv, test: other.tsv}
        labels: [a, b]
        metrics: [accuracy]
        """);
    Written.write(
        folder.resolve("train.tsv"),
        "text\tlabel\n" + row(1) + row(5) + row(2) + row(9) + row(300) + row(4));
    Written.write(folder.resolve("other.tsv"), "text\tlabel\n" + row(1) + row(2));
    data = Tasks.named(folder.resolve("task.yaml").toString()).load();
  }

  private static String row(int words) {
    return "the" + " the".repeat(words - 1) + "\ta\n";
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  /** A word is one id here, and each text has its end. */
  @Test
  void lengthsAreThoseBeforeAnyCut() {
    TokenLengths lengths = TokenLengths.of(data, Split.TRAIN, tokenizer);
    assertArrayEquals(new int[] {2, 3, 5, 6, 10, 301}, lengths.values());
    assertEquals(327 / 6.0, lengths.mean());
    assertEquals(5.5, lengths.median());
    assertEquals(301, lengths.max());
    assertEquals(1 / 6.0, lengths.truncatedShare(128));
    assertEquals(2 / 6.0, lengths.truncatedShare(9));
    assertEquals(1 / 6.0, lengths.truncatedShare(10));
    assertEquals(2.5, TokenLengths.of(data, Split.TEST, tokenizer).median());
  }

  @Test
  void someRowsAreEvenlySpaced() {
    assertArrayEquals(
        new int[] {2, 3, 301}, TokenLengths.of(data, Split.TRAIN, tokenizer, 3).values());
    assertArrayEquals(
        TokenLengths.of(data, Split.TRAIN, tokenizer).values(),
        TokenLengths.of(data, Split.TRAIN, tokenizer, 7).values());
    for (int rows : List.of(0, -1)) {
      assertThrows(UserException.class, () -> TokenLengths.of(data, Split.TRAIN, tokenizer, rows));
    }
  }
}
