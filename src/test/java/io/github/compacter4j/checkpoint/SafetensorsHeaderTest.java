package io.github.compacter4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.UserException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every rule of the format: what a header may say, and the message where it does not. */
class SafetensorsHeaderTest extends SafetensorsFixture {
  @Test
  void aGoodFileOpens() throws IOException {
    for (String padding : new String[] {"", " ", "       "}) {
      write(ONE + padding, 8);
      try (SafetensorsFile file = SafetensorsFile.open(file())) {
        assertEquals(Set.of("a"), file.names());
        assertEquals(new Shape(2), file.shape("a"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {100_000_001, Long.MAX_VALUE, -1, Long.MIN_VALUE})
  void aHeaderThatIsTooLong(long length) throws IOException {
    write(length, new byte[100], new byte[0]);
    assertTrue(refusal().contains(Long.toUnsignedString(length)));
  }

  @ParameterizedTest
  @ValueSource(longs = {55, 1000, 100_000_000})
  void aHeaderThatEndsBehindTheFile(long length) throws IOException {
    write(length, ONE.substring(0, 54).getBytes(StandardCharsets.UTF_8), new byte[0]);
    assertTrue(refusal().contains("the file has 54"), refusal());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7})
  void aFileWithoutAHeadersLength(int bytes) throws IOException {
    Files.write(file(), new byte[bytes]);
    assertTrue(refusal().contains("8 bytes"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " {}", "[]", "\"a\"", "7", "\u0000{}"})
  void aHeaderThatDoesNotStartWithABrace(String header) throws IOException {
    write(header, 0);
    assertTrue(refusal().contains("'{'"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{'a'}",
        "{} {}",
        "{}x",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}",
        "{'a':{'dtype':'F32','shape':[2,],'data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','shape':[02],'data_offsets':[0,8]}}",
        "{/* */}",
        "{}\u0000"
      })
  void aHeaderThatIsNotJson(String header) throws IOException {
    write(header, 8);
    assertTrue(refusal().contains("not valid JSON"), refusal());
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "ISO-8859-1"})
  void aHeaderThatIsNotUtf8(String charset) throws IOException {
    String json = ONE.replace('\'', '"').replace("\"a\"", "\"\u00e4\"");
    byte[] header = json.getBytes(Charset.forName(charset));
    write(header.length, header, new byte[8]);
    refusal();
  }

  @Test
  void aHeaderNestedWithoutEnd() throws IOException {
    write("{'a':{'more':" + "[".repeat(100_000), 0);
    assertTrue(refusal().contains("not valid JSON"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
            + "'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}",
        "{'a':{'dtype':'F32','dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
        "{'__metadata__':{},'__metadata__':{},"
            + "'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
            + "'\\u0061':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}"
      })
  void aNameGivenTwice(String header) throws IOException {
    write(header.replace('\'', '"'), new byte[8]);
    assertTrue(refusal().toLowerCase(java.util.Locale.ROOT).contains("duplicate"), refusal());
  }

  @ParameterizedTest
  @ValueSource(strings = {"F33", "f32", "FLOAT32", "", "F8", "C128", "I4"})
  void aTypeThatNobodyKnows(String dtype) throws IOException {
    write(ONE.replace("F32", dtype), 8);
    assertTrue(refusal().contains("unknown dtype"), refusal());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'a':7}",
        "{'a':{}}",
        "{'a':{'shape':[2],'data_offsets':[0,8]}}",
        "{'a':{'dtype':4,'shape':[2],'data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','shape':2,'data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','shape':[2]}}",
        "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','shape':['2'],'data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','shape':[null],'data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8]}}",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8,16]}}",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[-8,0]}}",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,99999999999999999999]}}",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[-0,8]}}",
        "{'a':{'dtype':{'F32':{}},'shape':[2],'data_offsets':[0,8]}}",
        "{'a':['F32',[2],[0,8],7]}",
        "{'a':['F32',[2]]}"
      })
  void anEntryThatIsNotATensor(String header) throws IOException {
    write(header, 8);
    assertTrue(refusal().contains("tensor a"), refusal());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"F32 | [3]", "F32 | [1]", "F32 | [2,2]", "F64 | [2]", "BF16 | [2]", "F32 | []"})
  void aSpanOfAnotherSize(String dtype, String shape) throws IOException {
    write(ONE.replace("F32", dtype).replace("[2]", shape), 8);
    assertTrue(refusal().contains("its span has 8"), refusal());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[9223372036854775807]",
        "[4611686018427387904,2]",
        "[4294967296,4294967296]",
        "[3037000500,3037000500]",
        "[2305843009213693952]",
        "[18446744073709551616]"
      })
  void aSizeThatOverflows(String shape) throws IOException {
    write(ONE.replace("[2]", shape).replace("[0,8]", "[0,0]"), 0);
    assertTrue(refusal().contains("tensor a"), refusal());
  }

  private static String two(int begin1, int end1, int begin2, int end2) {
    return ("{'a':{'dtype':'U8','shape':[%d],'data_offsets':[%d,%d]},"
            + "'b':{'dtype':'U8','shape':[%d],'data_offsets':[%d,%d]}}")
        .formatted(end1 - begin1, begin1, end1, end2 - begin2, begin2, end2);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 4, 2, 6, 6, b starts at byte 2", // overlap
    "0, 4, 0, 4, 4, starts at byte 0", // the same span twice
    "0, 6, 2, 4, 6, b starts at byte 2", // one inside the other
    "0, 4, 5, 9, 9, b starts at byte 5", // a hole
    "1, 4, 4, 8, 8, a starts at byte 1", // a hole at the start
    "4, 8, 0, 3, 8, a starts at byte 4", // a hole, names out of order
    "0, 4, 4, 8, 9, the file has 9 bytes of data", // bytes behind the last
    "0, 4, 4, 8, 7, the file has 7 bytes of data", // data that is cut off
    "0, 0, 0, 0, 1, the file has 1 bytes of data"
  })
  void spansThatDoNotFit(int b1, int e1, int b2, int e2, int length, String message)
      throws IOException {
    write(two(b1, e1, b2, e2), length);
    assertTrue(refusal().contains(message), refusal());
  }

  @Test
  void spansInAnyOrderOfNames() throws IOException {
    write(two(4, 8, 0, 4).replace("U8", "F32").replace("[4]", "[1]"), 8);
    SafetensorsFile.open(file()).close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "'x'", "[]", "{'a':1}", "{'a':null}", "{'a':{'b':'c'}}"})
  void metadataThatIsNotStrings(String metadata) throws IOException {
    write("{'__metadata__':" + metadata + "}", 0);
    assertTrue(refusal().contains("__metadata__"), refusal());
  }

  @Test
  void metadataOfStrings() throws IOException {
    write(ONE.replaceFirst("\\{", "{'__metadata__':{'format':'pt'},"), 8);
    try (SafetensorsFile file = SafetensorsFile.open(file())) {
      assertEquals(Set.of("a"), file.names());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8],'more':[{'b':null}],'less':-1e3}}",
        "{'a':['F32',[2],[0,8]]}",
        "{'a':{'dtype':{'F32':null},'shape':[2],'data_offsets':[0,8]}}",
        "{'__metadata__':null,'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
        "{'b':{'dtype':'F32','shape':[0,18446744073709551615],'data_offsets':[0,0]},"
            + "'a':{'dtype':'F4','shape':[2,8],'data_offsets':[0,8]}}"
      })
  void oddFormsThatPythonTakes(String header) throws IOException {
    write(header, 8);
    try (SafetensorsFile file = SafetensorsFile.open(file())) {
      assertTrue(file.names().contains("a"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"'\\ud800'", "1e999", "'\u0007'", "01", "NaN", "'\\x41'"})
  void valuesThatPythonRefusesAnywhere(String value) throws IOException {
    write(ONE.replace("'shape'", "'more':" + value + ",'shape'"), 8);
    assertTrue(refusal().contains("not valid JSON"), refusal());
  }

  @Test
  void partsOfAByte() throws IOException {
    write("{'a':{'dtype':'F6_E2M3','shape':[3],'data_offsets':[0,2]}}", 2);
    assertTrue(refusal().contains("takes 18 bits"), refusal());
  }

  @ParameterizedTest
  @CsvSource({"F4, [3], 1", "F4, [3], 2", "F4, [], 1", "F6_E2M3, [2], 2"})
  void bitsThatDoNotEndAtAByte(String dtype, String shape, int bytes) throws IOException {
    write(
        ONE.replace("F32", dtype).replace("[2]", shape).replace("[0,8]", "[0," + bytes + "]"),
        bytes);
    assertTrue(refusal().contains(" bits, its span has"), refusal());
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch_model.bin", "model.pt", "model.pth", "last.ckpt", "a.pkl"})
  void pickledFilesAreRefusedWithTheWayOut(String name) throws IOException {
    Path file = Files.write(folder.resolve(name), new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0, 0});
    UserException error = assertThrows(UserException.class, () -> SafetensorsFile.open(file));
    assertTrue(error.getMessage().startsWith(file + ": "), error.getMessage());
    assertTrue(error.getMessage().contains("torch.load('" + name + "'"), error.getMessage());
    assertTrue(error.getMessage().contains(".save_file(tensors, '"), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }
}
