package io.github.compacter4j.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TsvFileTest {
  @TempDir Path folder;

  @Test
  void nothingIsQuotedEscapedOrTrimmed() throws IOException {
    TsvFile file = read("text\tlabel\n\"\" a \"b\t1\n\\t ' , \t\n  \t \n\uFEFFx\u00A0\t😀\r \n");
    assertEquals(List.of("text", "label"), file.header());
    List<String> expected = List.of("\"\" a \"b", "\\t ' , ", "  ", "\uFEFFx\u00A0");
    assertEquals(expected, file.column("text"));
    assertEquals(List.of("1", "", " ", "😀\r "), file.column("label"));
  }

  @Test
  void carriageReturnsAndByteOrderMarksAreTolerated() throws IOException {
    TsvFile file = read("\uFEFFa\tb\r\n1\t2\r\n3\t4");
    assertEquals(List.of("1", "3"), file.column("a"));
    assertEquals(List.of("2", "4"), file.column("b"));
  }

  @Test
  void aFileWithoutHeaderStartsWithData() throws IOException {
    Path path = write("x\t1\ny\t2\n".getBytes(StandardCharsets.UTF_8));
    TsvFile file = TsvFile.read(path, List.of("text", "label"));
    assertEquals(List.of("x", "y"), file.column("text"));
    assertTrue(file.mistake(1, "bad").getMessage().endsWith("f.tsv, line 2: bad"));
  }

  @Test
  void mistakesNameFileAndLine() {
    assertMistake(
        "a\tb\n1\t2\n1\n", "f.tsv, line 3: expected 2 tab-separated columns (a, b), found 1");
    assertMistake("a\tb\n1\t2\n\n", "line 3: expected 2");
    assertMistake("a\tb\n1\t2\t3\n", "line 2: expected 2 tab-separated columns (a, b), found 3");
    assertMistake("", "f.tsv: expected rows");
    assertMistake("a\tb\n", "f.tsv: expected rows");
    UserException missing =
        assertThrows(UserException.class, () -> read("a\tb\n1\t2\n").column("c"));
    assertTrue(
        missing.getMessage().contains("line 1: expected a column 'c', found the columns: a, b"));
  }

  @Test
  void otherEncodingsAreRefused() throws IOException {
    Path latin = write("a\nok\ncaf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    UserException e = assertThrows(UserException.class, () -> TsvFile.read(latin));
    assertTrue(e.getMessage().contains("f.tsv, line 3: expected UTF-8"), e.getMessage());
  }

  @Test
  void missingFilesAreNamed() {
    Path none = folder.resolve("none.tsv");
    UserException e = assertThrows(UserException.class, () -> TsvFile.read(none));
    assertTrue(e.getMessage().contains(none.toString()), e.getMessage());
  }

  @Test
  void checksumIsThatOfTheBytes() throws IOException {
    String sha256 = "309b0e45a73d3fc5325e2b6ed0a01ef8b9cde6b05a5633c1f893f970d52bfddc";
    assertEquals(sha256, read("a\n1\n").sha256());
  }

  private void assertMistake(String text, String part) {
    UserException e = assertThrows(UserException.class, () -> read(text));
    assertTrue(e.getMessage().contains(part), e.getMessage());
    assertEquals(UserException.BAD_INPUT, e.exitStatus());
  }

  private TsvFile read(String text) throws IOException {
    return TsvFile.read(write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("f.tsv"), bytes);
  }
}
