package io.github.compacter4j.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TsvFileTest {
  @TempDir Path folder;

  @Test
  void nothingIsQuotedEscapedOrTrimmed() throws IOException {
    Rows rows =
        read(
            "text\tlabel\n\"\" a \"b\t1\n\\t ' , \t\n  \t \n\uFEFFx\u00A0\t😀\r \n",
            "text",
            "label");
    List<String> expected = List.of("\"\" a \"b", "\\t ' , ", "  ", "\uFEFFx\u00A0");
    assertEquals(expected, rows.column("text"));
    assertEquals(List.of("1", "", " ", "😀\r "), rows.column("label"));
  }

  @Test
  void carriageReturnsAndByteOrderMarksAreTolerated() throws IOException {
    Rows rows = read("\uFEFFa\tb\r\n1\t2\r\n3\t4", "a", "b");
    assertEquals(List.of("1", "3"), rows.column("a"));
    assertEquals(List.of("2", "4"), rows.column("b"));
  }

  @Test
  void aFileWithoutHeaderStartsWithData() throws IOException {
    Path path = write("x\t1\ny\t2\n".getBytes(StandardCharsets.UTF_8));
    Rows rows = TsvFile.read(path, List.of("text", "label"), columns("text"), BrokenRows.REFUSED);
    assertEquals(List.of("x", "y"), rows.column("text"));
    assertTrue(rows.mistake(1, "bad").getMessage().endsWith("f.tsv, line 2: bad"));
  }

  @Test
  void shortRowsAreDroppedWhereThatIsAskedFor() throws IOException {
    String text = "a\tb\tlabel\n1\t2\t0\n3\n\n4\t5\t\n6\t7\t1\t8\n";
    WantedColumns columns =
        new WantedColumns(List.of(new Field("b", "b"), new Field("label", "label")), true);
    Rows rows =
        TsvFile.read(
            write(text.getBytes(StandardCharsets.UTF_8)), List.of(), columns, BrokenRows.DROPPED);
    assertEquals(List.of("2", "7"), rows.column("b"));
    assertEquals(List.of(3L, 4L, 5L), rows.dropped());
    assertTrue(rows.mistake(1, "bad").getMessage().endsWith("line 6: bad"));
  }

  @Test
  void mistakesNameFileAndLine() {
    assertMistake(
        "a\tb\n1\t2\n1\n", "f.tsv, line 3: expected 2 tab-separated columns (a, b), found 1");
    assertMistake("a\tb\n1\t2\n\n", "line 3: expected 2");
    assertMistake("a\tb\n1\t2\t3\n", "line 2: expected 2 tab-separated columns (a, b), found 3");
    assertMistake("", "f.tsv, line 1: expected a column 'a'");
    assertMistake("a\tb\n", "f.tsv: expected rows");
    assertMistake("c\tb\n1\t2\n", "line 1: expected a column 'a', found the columns: c, b");
    assertMistake(
        "c\t".repeat(1000) + "b\n", "found the columns: " + "c, ".repeat(19) + "c and 981 more");
    assertMistake("a\ta\n1\t2\n", "line 1: expected one column 'a', found two");
  }

  @Test
  void otherEncodingsAreRefused() throws IOException {
    write("a\nok\ncaf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    UserException e =
        assertThrows(
            UserException.class,
            () ->
                TsvFile.read(folder.resolve("f.tsv"), List.of(), columns("a"), BrokenRows.REFUSED));
    assertTrue(e.getMessage().contains("f.tsv, line 3: expected UTF-8"), e.getMessage());
  }

  @Test
  void missingFilesAreNamed() {
    Path none = folder.resolve("none.tsv");
    UserException e =
        assertThrows(
            UserException.class,
            () -> TsvFile.read(none, List.of(), columns("a"), BrokenRows.REFUSED));
    assertTrue(e.getMessage().contains(none.toString()), e.getMessage());
  }

  @Test
  void checksumIsThatOfTheBytes() throws IOException {
    String sha256 = "309b0e45a73d3fc5325e2b6ed0a01ef8b9cde6b05a5633c1f893f970d52bfddc";
    assertEquals(sha256, read("a\n1\n", "a").sha256());
  }

  @Test
  void linesMayBeLongerThanWhatIsReadAtOnce() throws IOException {
    String text = "é".repeat(100_000);
    Rows rows = read("a\n" + text + "\n" + "b".repeat((1 << 16) - 4) + "\nend", "a");
    assertEquals(text, rows.column("a").get(0));
    assertEquals(List.of("end"), rows.column("a").subList(2, 3));
  }

  private void assertMistake(String text, String part) {
    UserException e = assertThrows(UserException.class, () -> read(text, "a"));
    assertTrue(e.getMessage().contains(part), e.getMessage());
    assertEquals(UserException.BAD_INPUT, e.exitStatus());
  }

  private Rows read(String text, String... names) throws IOException {
    Path path = write(text.getBytes(StandardCharsets.UTF_8));
    return TsvFile.read(path, List.of(), columns(names), BrokenRows.REFUSED);
  }

  private static WantedColumns columns(String... names) {
    return new WantedColumns(Arrays.stream(names).map(n -> new Field(n, n)).toList(), false);
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("f.tsv"), bytes);
  }
}
