package io.github.compacter4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The reference values: files of the folder named by the system property {@code goldens.dir}, else
 * of the test resources.
 */
public final class Goldens {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Goldens() {}

  /** A tensor {@code {"shape": [..], "data": [..]}}: row-major values. */
  public record Tensor(long[] shape, double[] data) {}

  /** The parsed golden file of this name; the test fails, naming the path, where it is missing. */
  public static JsonNode file(String name) {
    Path file = folder().resolve(name);
    if (!Files.isRegularFile(file)) {
      return fail("golden file not found: " + file);
    }
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read golden file " + file, e);
    }
  }

  /** The sorted names of the golden files that match the regular expression; at least one. */
  public static List<String> names(String regex) {
    try (Stream<Path> files = Files.list(folder())) {
      List<String> names =
          files
              .map(f -> f.getFileName().toString())
              .filter(n -> n.matches(regex))
              .sorted()
              .toList();
      return names.isEmpty() ? fail("no golden file matches " + regex + " in " + folder()) : names;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list goldens in " + folder(), e);
    }
  }

  /** Reads the tensor form; a plain number becomes a tensor of shape (). */
  public static Tensor tensor(JsonNode node) {
    if (node.isNumber()) {
      return new Tensor(new long[0], new double[] {node.doubleValue()});
    }
    Tensor tensor = new Tensor(longs(node.required("shape")), doubles(node.required("data")));
    long size = 1;
    for (long extent : tensor.shape()) {
      size *= extent;
    }
    assertEquals(size, tensor.data().length, "values of a golden tensor");
    return tensor;
  }

  /** A flat array of numbers. */
  public static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = number(array.get(i)).doubleValue();
    }
    return values;
  }

  /** A flat array of whole numbers. */
  public static long[] longs(JsonNode array) {
    long[] values = new long[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = number(array.get(i)).longValue();
    }
    return values;
  }

  /** A flat array of strings. */
  public static List<String> strings(JsonNode array) {
    return Stream.iterate(0, i -> i < array.size(), i -> i + 1)
        .map(i -> array.get(i).asText())
        .toList();
  }

  /**
   * Asserts |a - b| &lt;= tolerance x max(1, max|b|) for every value, b being the expected ones.
   */
  public static void assertClose(
      String what, double[] expected, double[] actual, double tolerance) {
    assertEquals(expected.length, actual.length, what + ": number of values");
    double largest = 1;
    for (double value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs(expected[i] - actual[i]);
      if (!(difference <= tolerance * largest)) {
        fail(
            "%s: value %d is %s, expected %s, difference %.3g, allowed %.3g"
                .formatted(what, i, actual[i], expected[i], difference, tolerance * largest));
      }
    }
  }

  private static JsonNode number(JsonNode node) {
    return node.isNumber() ? node : fail("a golden value is not a number: " + node);
  }

  /** Where the golden files are. */
  public static Path folder() {
    String chosen = System.getProperty("goldens.dir");
    return chosen == null || chosen.isBlank() ? resources() : Path.of(chosen).toAbsolutePath();
  }

  private static Path resources() {
    URL url = Goldens.class.getResource("/goldens/README.md");
    if (url == null) {
      return fail("the goldens are not on the test class path");
    }
    try {
      return Path.of(url.toURI()).getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("not a folder of goldens: " + url, e);
    }
  }
}
