package io.github.compacter4j.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.Home;
import io.github.compacter4j.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bundled vocabulary. */
class T5TokenizerTest {
  private static T5Tokenizer tokenizer;
  @TempDir Path folder;

  @BeforeAll
  static void load() {
    tokenizer = T5Tokenizer.load(Home.folder().orElseThrow().resolve("data/t5-tiny-en"));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void lengthAndSpecialIds() {
    assertEquals(8100, tokenizer.length());
    assertEquals(0, tokenizer.padId());
    assertEquals(1, tokenizer.eosId());
    assertEquals(2, tokenizer.unkId());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "1", "The garden was quiet, and she read.", "sentence: it's 12.5 (or more)!"})
  void textsComeBack(String text) {
    int[] ids = tokenizer.encode(text, 128);
    assertEquals(1, ids[ids.length - 1]);
    assertEquals(text, tokenizer.decode(ids));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Rome , Oslo . | Rome, Oslo.",
        "Why ? No ! | Why? No!",
        "She did n't go | She didn't go",
        "rock ' n roll | rock'n roll",
        "I 'm at John 's | I'm at John's",
        "they 've what we 're | they've what we're",
        "a : b ; c | a : b ; c"
      })
  void decodingJoinsPunctuationAsTheReferenceDoes(String text, String expected) {
    assertEquals(expected, tokenizer.decode(tokenizer.encode(text, 128)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a 😀 b", "\uD83D", "zero\0byte", "𝄞"})
  void oddCharactersDoNoHarm(String text) {
    int[] ids = tokenizer.encode(text, 128);
    assertEquals(1, ids[ids.length - 1]);
    assertTrue(Arrays.stream(ids).allMatch(id -> id > 0 && id < 8100));
  }

  @Test
  void nonBmpTextBetweenWordsIsOneUnknown() {
    int[] expected = tokenizer.encode("a ☃ b", 128); // also unknown, but one UTF-16 unit
    assertArrayEquals(expected, tokenizer.encode("a 😀 b", 128));
  }

  @Test
  void piecesAreThoseOfTheIds() {
    String text = "The garden was quiet.";
    List<String> pieces = tokenizer.pieces(text);
    assertEquals(tokenizer.encode(text, 128).length, pieces.size());
    assertEquals(text + "</s>", String.join("", pieces).replace("\u2581", " ").strip());
  }

  @Test
  void truncationKeepsTheEndOfSequence() {
    String text = "one two three four five six";
    int[] whole = tokenizer.encode(text, 128);
    List<Encoded> both = tokenizer.encodeAll(List.of(text, "one"), 4);
    int[] expected = {whole[0], whole[1], whole[2], 1};
    assertArrayEquals(expected, both.get(0).ids());
    assertTrue(both.get(0).truncated());
    assertFalse(both.get(1).truncated());
    assertFalse(tokenizer.encodeAll(List.of(text), whole.length).get(0).truncated());
    assertArrayEquals(new int[] {1}, tokenizer.encode(text, 1));
  }

  @Test
  void longTextsAreNotCutByTheLibrary() {
    int[] ids = tokenizer.encode("word ".repeat(3000), 100_000);
    assertTrue(ids.length > 3000, "ids: " + ids.length);
  }

  @Test
  void emptyTextIsTheEndOfSequenceAlone() {
    assertArrayEquals(new int[] {1}, tokenizer.encode("", 128));
    assertTrue(tokenizer.encodeAll(List.of(), 128).isEmpty());
  }

  @Test
  void decodingSkipsPaddingAndIgnoredIds() {
    int[] word = tokenizer.encode("garden", 128);
    int[] padded = new int[word.length + 3];
    Arrays.fill(padded, -100);
    padded[0] = 0;
    System.arraycopy(word, 0, padded, 1, word.length);
    assertEquals("garden", tokenizer.decode(padded));
    assertEquals("", tokenizer.decode(new long[] {0, 8099, 1, 0, -100, 8127}));
  }

  @Test
  void errorsNameTheFile() throws IOException {
    assertMessage(folder, "tokenizer.json");
    Path broken = Files.writeString(folder.resolve("broken.json"), "{\"model\":");
    assertMessage(broken, "broken.json");
    Path other = Files.writeString(folder.resolve("other.json"), "{\"added_tokens\": []}");
    assertMessage(other, "<pad>");
    UserException length = assertThrows(UserException.class, () -> tokenizer.encode("a", 0));
    assertEquals(UserException.WRONG_USAGE, length.exitStatus());
  }

  private static void assertMessage(Path file, String part) {
    UserException e = assertThrows(UserException.class, () -> T5Tokenizer.load(file));
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }
}
