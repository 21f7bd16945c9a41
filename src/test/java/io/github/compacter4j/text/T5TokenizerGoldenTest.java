package io.github.compacter4j.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.RealData;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The public T5 vocabulary against the reference tokenizers. */
class T5TokenizerGoldenTest {
  private static final JsonNode GOLDEN = Goldens.file("t5_tokenizer.json");
  private static final int ENOUGH = 1000;
  private static T5Tokenizer tokenizer;

  /** Before each case, not once before all, so that every case without the file is reported. */
  @BeforeEach
  void load() {
    Path file = RealData.require("tokenizers/t5/tokenizer.json");
    tokenizer = tokenizer == null ? T5Tokenizer.load(file) : tokenizer;
  }

  @AfterAll
  static void close() {
    if (tokenizer != null) {
      tokenizer.close();
    }
  }

  static Stream<Arguments> cases() {
    return StreamSupport.stream(GOLDEN.required("cases").spliterator(), false)
        .map(one -> Arguments.of(one.required("text").asText(), one));
  }

  @ParameterizedTest(name = "t5_tokenizer.json {0}")
  @MethodSource("cases")
  void givesTheSameIds(String text, JsonNode one) {
    long[] expected = Goldens.longs(one.required("fast_ids_with_eos"));
    int[] ids = tokenizer.encode(text, ENOUGH);
    long[] found = Arrays.stream(ids).asLongStream().toArray();
    assertArrayEquals(expected, found, "t5_tokenizer.json '" + text + "'");
  }

  @Test
  void specialIds() {
    JsonNode special = GOLDEN.required("special");
    assertEquals(special.required("pad").intValue(), tokenizer.padId());
    assertEquals(special.required("eos").intValue(), tokenizer.eosId());
    assertEquals(special.required("unk").intValue(), tokenizer.unkId());
    assertEquals(special.required("tokenizer_length").intValue(), tokenizer.length());
    int[] sentinel = {special.required("extra_id_0").intValue(), tokenizer.eosId()};
    assertArrayEquals(sentinel, tokenizer.encode("<extra_id_0>", ENOUGH));
  }
}
