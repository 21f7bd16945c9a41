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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JSON, checksums, lines and folders. */
class FilesTest {
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-2, B.1

  @TempDir Path folder;

  @Test
  void theChecksumIsTheStandards() throws IOException {
    Path file = Files.writeString(folder.resolve("abc"), "abc");
    assertEquals(ABC, Hashes.sha256(file));
    var digest = Hashes.sha256();
    digest.update(new byte[] {'a', 'b', 'c'});
    assertEquals(ABC, Hashes.hex(digest));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          version https://git-lfs.github.com/spec/v1 oid sha256:12 size 90 | pointer of Git LFS
          <!DOCTYPE html><html><body>Sign in</body></html>                 | page of HTML
          <?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>    | page of HTML or XML
          PK\u0003\u0004 and more                                        | zip archive
          """)
  void whatLiesInTheFilesPlaceIsNamed(String content, String what) throws IOException {
    Path file = Files.writeString(folder.resolve("model.safetensors"), content.translateEscapes());
    String message = assertThrows(UserException.class, () -> Disguise.refuse(file)).getMessage();
    assertTrue(message.startsWith(file + ": ") && message.contains(what), message);
  }

  @Test
  void whatIsCompressedIsNamedAndPlainTextIsNot() throws IOException {
    Path file = folder.resolve("train.tsv");
    try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("sentence\tlabel\n".getBytes(StandardCharsets.UTF_8));
    }
    assertTrue(Disguise.of(file).orElseThrow().contains("gzip"));
    Files.writeString(file, "{\"version\": \"1.0\"}");
    assertEquals(Optional.empty(), Disguise.of(file));
    Disguise.refuse(folder.resolve("missing"));
  }

  @Test
  void aFolderIsDeletedWithAllThatIsInIt() throws IOException {
    Path inner = Files.createDirectories(folder.resolve("a/b"));
    Files.writeString(inner.resolve("c"), "text");
    Folders.delete(folder.resolve("a"));
    assertFalse(Files.exists(folder.resolve("a")));
    Folders.delete(folder.resolve("a"));
    assertTrue(Files.exists(folder));
  }

  @Test
  void mapsAreWrittenInTheOrderOfTheirKeys() throws IOException {
    Map<String, Integer> map = new LinkedHashMap<>();
    map.put("b", 1);
    map.put("a", 2);
    assertEquals("{\"a\":2,\"b\":1}", Json.line(map));
    Json.write(folder.resolve("map.json"), map);
    assertEquals("{\n  \"a\" : 2,\n  \"b\" : 1\n}\n", Files.readString(folder.resolve("map.json")));
  }

  @Test
  void aFileWithoutARequiredValueIsAMistake() throws IOException {
    Path file = Files.writeString(folder.resolve("a.json"), "{\"name\": null}");
    UserException error =
        assertThrows(UserException.class, () -> Json.read(file, Map.class, List.of("/name")));
    assertEquals(file + ": name is missing", error.getMessage());
  }

  @Test
  void linesEndWithOrWithoutCarriageReturn() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "\uFEFFone\r\ntwo\n\nfour");
    try (LineReader lines = new LineReader(file)) {
      assertEquals("one", lines.next());
      assertEquals("two", lines.next());
      assertEquals("", lines.next());
      assertEquals("four", lines.next());
      assertEquals(4, lines.number());
      assertEquals(null, lines.next());
      assertEquals(Hashes.sha256(file), lines.sha256());
    }
  }

  @Test
  void bytesOfAnotherEncodingNameTheirLine() throws IOException {
    Path file = Files.write(folder.resolve("a.txt"), new byte[] {'a', '\n', (byte) 0xE9, '\n'});
    try (LineReader lines = new LineReader(file)) {
      lines.next();
      UserException error = assertThrows(UserException.class, lines::next);
      assertTrue(error.getMessage().startsWith(file + ", line 2: "), error.getMessage());
    }
  }
}
