package io.github.compacter4j.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir Path folder;

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void aFileIsReplacedAndNothingStaysBeside() throws IOException {
    Path file = folder.resolve("notes.txt");
    AtomicFiles.write(file, "old");
    AtomicFiles.write(file, "né".getBytes(StandardCharsets.UTF_8));
    assertEquals("né", Files.readString(file));
    assertEquals(List.of("notes.txt"), names());
  }

  @Test
  void aFolderThatIsMissingIsMade() throws IOException {
    AtomicFiles.write(folder.resolve("a/b/notes.txt"), "text");
    assertEquals("text", Files.readString(folder.resolve("a/b/notes.txt")));
  }

  @Test
  void aWriterThatFailsLeavesTheOldFileAlone() throws IOException {
    Path file = folder.resolve("notes.txt");
    AtomicFiles.write(file, "old");
    UserException error =
        assertThrows(
            UserException.class,
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      out.write(1);
                      throw new IOException("disk full");
                    }));
    assertEquals(file + ": cannot be written: disk full", error.getMessage());
    assertEquals("old", Files.readString(file));
    assertEquals(List.of("notes.txt"), names());
  }

  @Test
  void aReaderSeesTheOldFileUntilTheNewOneIsWhole() throws IOException {
    Path file = folder.resolve("notes.txt");
    AtomicFiles.write(file, "old");
    AtomicFiles.write(
        file,
        out -> {
          out.write("ne".getBytes(StandardCharsets.UTF_8));
          out.flush();
          assertEquals("old", Files.readString(file));
          out.write('w');
        });
    assertEquals("new", Files.readString(file));
  }

  @Test
  void anInterruptSpoilsNoWrite() throws IOException {
    Thread.currentThread().interrupt();
    AtomicFiles.write(folder.resolve("notes.txt"), "text");
    assertTrue(Thread.interrupted());
    assertEquals("text", Files.readString(folder.resolve("notes.txt")));
  }

  @Test
  void leftoversAreDeletedInSubfoldersToo() throws IOException {
    Path deep = Files.createDirectories(folder.resolve("a"));
    Files.writeString(deep.resolve("notes.txt.part"), "half");
    Files.writeString(deep.resolve("notes.txt"), "whole");
    AtomicFiles.deleteLeftovers(folder);
    assertFalse(Files.exists(deep.resolve("notes.txt.part")));
    assertTrue(Files.exists(deep.resolve("notes.txt")));
  }

  @Test
  void aFinishedFileIsMovedOverAnother() throws IOException {
    Path from = Files.writeString(folder.resolve("new"), "new");
    Path to = Files.writeString(folder.resolve("old"), "old");
    AtomicFiles.move(from, to);
    assertEquals("new", Files.readString(to));
    assertEquals(List.of("old"), names());
  }
}
