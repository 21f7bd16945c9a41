package io.github.compacter4j.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.RealModel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Ids, types and truncation of all-MiniLM-L6-v2 against transformers. */
class PairTokenizerGoldenTest {
  private static final JsonNode CASES = Goldens.file("minilm_reference.json").required("cases");
  private static final int MAX_LENGTH = 128;
  private static PairTokenizer tokenizer;

  /** Before each case, not once before all, so that every case without the model is reported. */
  @BeforeEach
  void load() {
    tokenizer = tokenizer == null ? PairTokenizer.load(RealModel.minilm()) : tokenizer;
  }

  @AfterAll
  static void close() {
    if (tokenizer != null) {
      tokenizer.close();
    }
  }

  static Stream<Arguments> cases() {
    return IntStream.range(0, CASES.size()).mapToObj(i -> Arguments.of(i, CASES.get(i)));
  }

  @ParameterizedTest(name = "minilm_reference.json case {0}")
  @MethodSource("cases")
  void givesTheSameIdsAndTypes(int number, JsonNode one) {
    List<String> texts = Goldens.strings(one.required("text"));
    TextPair row =
        new TextPair(texts.get(0), Optional.of(texts).filter(t -> t.size() > 1).map(t -> t.get(1)));
    EncodedPair found = tokenizer.encodeAll(List.of(row), MAX_LENGTH).get(0);
    assertArrayEquals(Goldens.longs(one.required("ids")), longs(found.ids()), "ids");
    assertArrayEquals(Goldens.longs(one.required("types")), longs(found.types()), "types");
    assertEquals(found.ids().length == MAX_LENGTH, found.truncated());
  }

  private static long[] longs(int[] values) {
    return Arrays.stream(values).asLongStream().toArray();
  }
}
