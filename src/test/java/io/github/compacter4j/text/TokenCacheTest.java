package io.github.compacter4j.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.Home;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenCacheTest {
  private static final List<String> TEXTS =
      IntStream.range(0, 300)
          .mapToObj(i -> "row " + i + ": \u00e9t\u00e9 \ud83d\ude00, " + "a word ".repeat(i % 17))
          .toList();

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

  private TokenCache cache() {
    return new TokenCache(Optional.of(folder), 1);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static void assertSame(List<Encoded> expected, List<Encoded> found) {
    assertEquals(expected.size(), found.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i).ids(), found.get(i).ids(), "text " + i);
      assertEquals(expected.get(i).truncated(), found.get(i).truncated(), "text " + i);
    }
  }

  /** What an action writes to standard error. */
  private static String warning(Runnable action) {
    PrintStream before = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
      action.run();
    } finally {
      System.setErr(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void parallelEncodingKeepsTheOrderAndTheIds() {
    List<Encoded> one =
        TEXTS.stream().map(t -> tokenizer.encodeAll(List.of(t), 20).get(0)).toList();
    for (int round = 0; round < 5; round++) {
      assertSame(one, tokenizer.encodeAll(TEXTS, 20));
    }
  }

  @Test
  void theCacheGivesTheSameIdsAndTruncations() throws IOException {
    List<Encoded> fresh = tokenizer.encodeAll(TEXTS, 20);
    assertTrue(fresh.stream().anyMatch(Encoded::truncated));
    assertSame(fresh, cache().encodeAll(tokenizer, TEXTS, 20));
    byte[] bytes = Files.readAllBytes(files().get(0));
    assertSame(fresh, cache().encodeAll(tokenizer, TEXTS, 20));
    assertEquals(1, files().size());
    assertArrayEquals(bytes, Files.readAllBytes(files().get(0)));
  }

  /** A changed file with a right checksum shows whether the second call read it. */
  @Test
  void theSecondCallReadsTheFile() throws IOException {
    cache().encodeAll(tokenizer, TEXTS, 20);
    Path file = files().get(0);
    byte[] key = Arrays.copyOfRange(Files.readAllBytes(file), 8, 40);
    List<Encoded> other = TEXTS.stream().map(t -> new Encoded(new int[] {7, 1}, false)).toList();
    Files.write(file, TokenFile.bytes(key, other));
    assertSame(other, cache().encodeAll(tokenizer, TEXTS, 20));
  }

  @Test
  void otherTextsLengthsAndOrdersHaveOtherFiles() throws IOException {
    List<String> swapped = new ArrayList<>(TEXTS);
    swapped.set(0, TEXTS.get(1));
    swapped.set(1, TEXTS.get(0));
    List<String> cut = new ArrayList<>(TEXTS);
    cut.set(0, TEXTS.get(0) + TEXTS.get(1).charAt(0));
    cut.set(1, TEXTS.get(1).substring(1));
    int files = 0;
    for (List<String> texts : List.of(TEXTS, swapped, cut, TEXTS.subList(1, 300))) {
      for (int length : new int[] {20, 21}) {
        assertSame(tokenizer.encodeAll(texts, length), cache().encodeAll(tokenizer, texts, length));
        assertEquals(++files, files().size());
      }
    }
  }

  @Test
  void damagedFilesAreToldOfAndMadeAgain() throws IOException {
    List<Encoded> fresh = cache().encodeAll(tokenizer, TEXTS, 20);
    Path file = files().get(0);
    byte[] whole = Files.readAllBytes(file);
    for (int at : new int[] {0, 7, 8, 40, 43, 44, 100, whole.length - 1}) {
      byte[] flipped = whole.clone();
      flipped[at] ^= 1;
      requireRepair(fresh, file, whole, flipped);
    }
    for (int length : new int[] {0, 10, 71, 72, 200, whole.length - 1}) {
      requireRepair(fresh, file, whole, Arrays.copyOf(whole, length));
    }
    requireRepair(fresh, file, whole, Arrays.copyOf(whole, whole.length + 1));
  }

  /** With a right checksum, but not what a tokenizer gives. */
  @Test
  void impossibleContentsAreDamage() throws IOException {
    List<Encoded> fresh = cache().encodeAll(tokenizer, TEXTS, 20);
    Path file = files().get(0);
    byte[] whole = Files.readAllBytes(file);
    byte[] key = Arrays.copyOfRange(whole, 8, 40);
    Encoded beyond = new Encoded(new int[] {tokenizer.length()}, false);
    List<Encoded> unknown = new ArrayList<>(fresh);
    unknown.set(5, beyond);
    requireRepair(fresh, file, whole, TokenFile.bytes(key, unknown));
    requireRepair(fresh, file, whole, TokenFile.bytes(key, fresh.subList(0, 299)));
    requireRepair(fresh, file, whole, TokenFile.bytes(key, List.of()));
  }

  private void requireRepair(List<Encoded> fresh, Path file, byte[] whole, byte[] damaged)
      throws IOException {
    Files.write(file, damaged);
    List<List<Encoded>> found = new ArrayList<>();
    String told = warning(() -> found.add(cache().encodeAll(tokenizer, TEXTS, 20)));
    assertTrue(told.contains(file.toString()) && told.contains("damaged"), told);
    assertEquals(1, told.lines().count(), told);
    assertSame(fresh, found.get(0));
    assertArrayEquals(whole, Files.readAllBytes(file));
  }

  @Test
  void aFolderThatCannotBeWrittenIsToldOfAndCostsNoResult() throws IOException {
    Path taken = Files.writeString(folder.resolve("taken"), "a file");
    TokenCache cache = new TokenCache(Optional.of(taken), 1);
    List<List<Encoded>> found = new ArrayList<>();
    String told = warning(() -> found.add(cache.encodeAll(tokenizer, TEXTS, 20)));
    assertTrue(told.contains("cannot be written"), told);
    assertSame(tokenizer.encodeAll(TEXTS, 20), found.get(0));
  }

  @Test
  void fewTextsAndNoCacheWriteNothing() throws IOException {
    TokenCache.in(folder).encodeAll(tokenizer, TEXTS, 20);
    TokenCache.none().encodeAll(tokenizer, TEXTS, 20);
    assertTrue(files().isEmpty());
    long characters = TEXTS.stream().mapToLong(String::length).sum();
    assertTrue(characters < TokenCache.LEAST_CHARACTERS);
  }

  @Test
  void manyWritersAtOnceLeaveOneWholeFile() throws Exception {
    List<Encoded> fresh = tokenizer.encodeAll(TEXTS, 20);
    ExecutorService writers = Executors.newFixedThreadPool(8);
    try {
      Callable<List<Encoded>> write = () -> cache().encodeAll(tokenizer, TEXTS, 20);
      for (Future<List<Encoded>> one : writers.invokeAll(Collections.nCopies(24, write))) {
        assertSame(fresh, one.get());
      }
    } finally {
      writers.shutdown();
    }
    assertEquals(1, files().size());
    assertFalse(files().get(0).toString().endsWith(".part"));
  }
}
