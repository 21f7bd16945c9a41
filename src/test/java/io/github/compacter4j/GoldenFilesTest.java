package io.github.compacter4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** No golden file is skipped, or read by nothing, but those that are listed here. */
class GoldenFilesTest {
  /** Of families and methods that are not built; what is built must go. */
  static final List<String> MAY_BE_SKIPPED =
      List.of(
          "linear_lamda",
          "linear_pst",
          "t5_tiny_ia3_adapters",
          "t5_tiny_prefix_peft_flat",
          "t5_tiny_prefix_peft_mlp",
          "t5_tiny_unipelt_adapters");

  /** Kinds of which a file is skipped where its method is not built. */
  private static final Set<GoldenKind> OF_METHODS =
      Set.of(
          GoldenKind.T5,
          GoldenKind.T5_TRAINING,
          GoldenKind.METHOD_TRAINING,
          GoldenKind.ENCODER,
          GoldenKind.ENCODER_TRAINING,
          GoldenKind.LINEAR);

  /** Rows of {@code param_counts_more.json} of methods that are not built. */
  private static final Set<String> ROWS_MAY_BE_SKIPPED =
      new TreeSet<>(List.of("lamda", "lamda_final", "unipelt"));

  static List<String> files() {
    return Goldens.names("(?!README\\.md$).*");
  }

  @ParameterizedTest
  @MethodSource("files")
  void isReadOrListed(String file) {
    List<GoldenKind> kinds =
        Stream.of(GoldenKind.values()).filter(kind -> kind.holds(file)).toList();
    assertEquals(1, kinds.size(), file + " is of the kinds " + kinds);
    boolean listed = MAY_BE_SKIPPED.stream().anyMatch(line -> name(file).matches(line));
    assertEquals(listed, isSkipped(file, kinds.get(0)), file + ": whether it is skipped");
  }

  private static boolean isSkipped(String file, GoldenKind kind) {
    return OF_METHODS.contains(kind) && GoldenMethods.find(file, Goldens.file(file)).isEmpty();
  }

  private static String name(String file) {
    return file.replace(".json", "");
  }

  @Test
  void countsAreReadOrListed() {
    Set<String> skipped = new TreeSet<>();
    for (JsonNode size : Goldens.file("param_counts_more.json").required("sizes")) {
      size.fieldNames().forEachRemaining(skipped::add);
    }
    skipped.removeIf(row -> GoldenMethods.counted(row, 1, 2).isPresent());
    assertEquals(ROWS_MAY_BE_SKIPPED, skipped);
  }

  @ParameterizedTest
  @FieldSource("MAY_BE_SKIPPED")
  void aLineOfTheListNamesAFile(String line) {
    assertTrue(files().stream().anyMatch(file -> name(file).matches(line)), line);
  }
}
