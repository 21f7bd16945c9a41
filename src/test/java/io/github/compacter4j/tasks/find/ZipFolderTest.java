package io.github.compacter4j.tasks.find;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Zips that are read where they lie. */
class ZipFolderTest {
  private static final List<String> FILES = List.of("train.tsv", "dev.tsv");
  private static final List<String> ALL = List.of("train.tsv", "dev.tsv", "test.tsv");

  @TempDir Path folder;

  private Optional<Path> find(byte[] bytes) throws IOException {
    Path zip = folder.resolve("RTE.zip");
    Files.write(zip, bytes);
    return ZipFolder.find(zip, "RTE", FILES, ALL);
  }

  @Test
  void filesAreReadWhereTheyLie() throws IOException {
    Path inside = find(Zips.rte()).orElseThrow();
    assertEquals(4, Files.readAllLines(inside.resolve("train.tsv")).size());
    Path top = find(Zips.of("train.tsv", "a", "dev.tsv", "b")).orElseThrow();
    assertEquals("b", Files.readString(top.resolve("dev.tsv")));
  }

  @Test
  void aZipWithoutTheFilesIsNotTaken() throws IOException {
    assertEquals(Optional.empty(), find(Zips.of("RTE/train.tsv", "a")));
    assertEquals(Optional.empty(), find(Zips.of("OTHER/train.tsv", "a", "OTHER/dev.tsv", "b")));
  }

  /** Truncated anywhere, or with bytes changed: refused with the zip's name, or read as it was. */
  @Test
  @Timeout(60)
  void damagedZipsAreToldOrHarmless() throws IOException {
    byte[] good = Zips.rte();
    List<String> lines = Files.readAllLines(find(good).orElseThrow().resolve("train.tsv"));
    for (int length = 0; length < good.length; length += 5) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThrows(UserException.class, () -> find(cut), "length " + length);
    }
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 500; i++) {
      byte[] bad = good.clone();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      try {
        Optional<Path> found = find(bad);
        if (found.isPresent()) {
          assertEquals(lines, Files.readAllLines(found.get().resolve("train.tsv")), "case " + i);
        }
      } catch (UserException e) {
        assertTrue(e.getMessage().contains("RTE.zip"), e.getMessage());
        refused++;
      }
    }
    assertTrue(refused > 250, "refused " + refused);
  }
}
