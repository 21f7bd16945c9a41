package io.github.compacter4j.tasks.find;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.tasks.Task;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.math3.random.MersenneTwister;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Shuffling against torch.randperm. */
class SplitsGoldenTest {
  private static final JsonNode GOLDEN = Goldens.file("splits_randperm.json");

  static Stream<Arguments> splits() {
    return entries("splits");
  }

  @ParameterizedTest(name = "splits_randperm.json {0}")
  @MethodSource("splits")
  void shufflesAsTorchDoes(String name, JsonNode expected) throws Exception {
    int n = expected.required("n").intValue();
    int[] permutation = Permutation.of(n, Task.DATA_SEED);
    assertPart(expected.required("first20"), permutation, 0, name + " first20");
    assertPart(expected.required("last5"), permutation, n - 5, name + " last5");
    assertPart(expected.required("at_n_div_2"), permutation, n / 2, name + " at_n_div_2");
    assertPart(expected.required("at_1000"), permutation, Math.min(1000, n), name + " at_1000");
    assertEquals(expected.required("sha256").asText(), sha256(permutation), what(name + " sha256"));
  }

  static Stream<Arguments> small() {
    return entries("small_full");
  }

  @ParameterizedTest(name = "splits_randperm.json n={0}")
  @MethodSource("small")
  void shufflesSmallSetsWholly(String n, JsonNode expected) {
    assertPart(expected, Permutation.of(Integer.parseInt(n), 42), 0, "n=" + n);
    assertEquals(Integer.parseInt(n), expected.size());
  }

  static Stream<Arguments> seeds() {
    return entries("other_seeds_n10");
  }

  @ParameterizedTest(name = "splits_randperm.json seed={0}")
  @MethodSource("seeds")
  void otherSeeds(String seed, JsonNode expected) {
    assertPart(expected, Permutation.of(10, Long.parseLong(seed)), 0, "seed=" + seed);
  }

  @Test
  void rawWords() {
    MersenneTwister generator = Permutation.generator(42);
    long[] words = Goldens.longs(GOLDEN.required("mt19937_seed42_first10_uint32"));
    for (long word : words) {
      assertEquals(word, Integer.toUnsignedLong(generator.nextInt()), what("raw words"));
    }
  }

  private static void assertPart(JsonNode expected, int[] permutation, int from, String what) {
    int[] values = Arrays.stream(Goldens.longs(expected)).mapToInt(Math::toIntExact).toArray();
    int[] found = Arrays.copyOfRange(permutation, from, from + values.length);
    assertArrayEquals(values, found, what(what));
  }

  private static String what(String part) {
    return "splits_randperm.json " + part;
  }

  private static String sha256(int[] permutation) throws Exception {
    String joined =
        Arrays.stream(permutation).mapToObj(Integer::toString).collect(Collectors.joining(","));
    byte[] bytes = joined.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static Stream<Arguments> entries(String key) {
    return GOLDEN.required(key).properties().stream()
        .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
  }
}
