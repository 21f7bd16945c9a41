package io.github.compacter4j.methods;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.Home;
import io.github.compacter4j.UserException;
import io.github.compacter4j.bert.BertConfig;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.t5.T5Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods of the largest size within a budget, the reference's table being the judge. */
class AtBudgetTest {
  /** Rows of the table whose method has another name here. */
  private static final Map<String, String> NAMES =
      Map.of(
          "lora_all", "lora[targets=all]",
          "dora", "lora[dora=true]",
          "prefix_flat", "prefix",
          "invertible_nice", "invertible");

  private static final boolean KNOWS_DORA = knows("lora[dora=true]");

  private static final Anatomy MINILM = BertConfig.named("minilm");

  static List<Arguments> matched() {
    List<Arguments> rows = new ArrayList<>();
    JsonNode table = Goldens.file("param_counts_more.json");
    for (Map.Entry<String, JsonNode> size : table.required("sizes").properties()) {
      for (Map.Entry<String, JsonNode> row : size.getValue().properties()) {
        for (Map.Entry<String, JsonNode> one : row.getValue().path("matched").properties()) {
          String spec = NAMES.getOrDefault(row.getKey(), row.getKey());
          rows.add(Arguments.of(size.getKey(), spec, one.getKey(), one.getValue()));
        }
      }
    }
    return rows;
  }

  @ParameterizedTest
  @MethodSource("matched")
  void equalsTheTable(String size, String text, String name, JsonNode expected) {
    MethodSpec spec = MethodSpec.parse(text);
    assumeTrue(isBuilt(spec), "method " + spec + " is not built, skipped");
    Anatomy anatomy = size.startsWith("t5-") ? T5Config.named(size) : BertConfig.named(size);
    AtBudget found = Methods.atBudget(spec, anatomy, expected.required("budget").asLong());
    if (expected.required("reachable").asBoolean()) {
      assertNull(found.error(), found.error());
      requireEqual(expected, spec.name(), found);
    } else {
      assertTrue(found.method().isEmpty(), found.toString());
      String smallest = String.format("%,d", expected.required("trainable").asLong());
      assertTrue(found.error().contains(smallest), found.error());
    }
  }

  /** Of n (r + 384) parameters, n = ceil(384 / r), larger ranks do not always train less. */
  @ParameterizedTest
  @CsvSource({"18372, 192, 13824", "24304, 96, 23040", "9216, 384, 9216"})
  void ofRandLoraTheSmallestRankThatTrainsFewEnough(long budget, String rank, long trainable) {
    AtBudget found = Methods.atBudget(MethodSpec.of("randlora"), MINILM, budget);
    assertEquals(rank, found.spec().option("rank").orElseThrow());
    assertEquals(trainable, found.trainable());
  }

  private static boolean knows(String spec) {
    try {
      Methods.parse(spec);
      return true;
    } catch (UserException e) {
      return false;
    }
  }

  private static boolean isBuilt(MethodSpec spec) {
    return Methods.names().contains(spec.name())
        && !(spec.options().containsKey("dora") && !KNOWS_DORA);
  }

  /** The library takes floor(d / (d / k)), which rounding makes k - 1 for some k of the table. */
  private static void requireEqual(JsonNode expected, String name, AtBudget found) {
    long trainable = expected.required("trainable").asLong();
    int knob = expected.required("value").asInt();
    if (List.of("invertible", "parallel").contains(name)) {
      int k = found.method().get().spec().positive("bottleneck", 0);
      assertTrue(k == knob || k == knob - 1, found.toString());
      trainable = Math.max(trainable, found.trainable());
    }
    assertEquals(trainable, found.trainable(), found.toString());
    assertTrue(found.trainable() <= expected.required("budget").asLong(), found.toString());
  }

  /** A method of one size more would be over the budget; this one is within. */
  @ParameterizedTest
  @ValueSource(longs = {24_304, 125_328})
  void everyMethodIsWithinTheBudgetOrSaysWhy(long budget) {
    List<AtBudget> all = Methods.atBudget(MINILM, budget);
    assertEquals(Methods.all().size(), all.size());
    for (AtBudget one : all) {
      assertEquals(one.method().isEmpty(), one.error() != null, one.toString());
      assertTrue(one.trainable() <= budget, one.toString());
    }
  }

  @Test
  void theMethodsOfTheBudgetsAreThemselves() {
    AtBudget compacter = Methods.atBudget(MethodSpec.of("compacter"), MINILM, 24_304);
    assertEquals("compacter[n=4,rank=1,bottleneck=12]", compacter.method().get().toString());
    assertEquals(24_304, compacter.trainable());
    AtBudget adapter = Methods.atBudget(MethodSpec.of("adapter"), MINILM, 125_328);
    assertEquals("adapter[bottleneck=12]", adapter.method().get().toString());
    assertEquals(125_328, adapter.trainable());
  }

  @Test
  void normsTrainForAllOrForNone() {
    long norms = 9_984;
    AtBudget without = Methods.atBudget(MethodSpec.of("lora"), MINILM, 24_304);
    AtBudget with = Methods.atBudget(MethodSpec.parse("lora[norms=all]"), MINILM, 24_304);
    assertEquals(2 * 9_216, without.trainable());
    assertEquals(9_216 + norms, with.trainable());
    assertTrue(
        with.method().get().trainable(MINILM, "t").keySet().stream()
            .anyMatch(name -> name.endsWith("LayerNorm.weight")));
    List<AtBudget> none = Methods.atBudget(MINILM, 24_304, "none");
    for (AtBudget one : none) {
      if (one.asked().option("norms").isPresent() && one.method().isPresent()) {
        assertFalse(
            one.method().get().trainable(MINILM, "t").keySet().stream()
                .anyMatch(name -> name.contains("LayerNorm")),
            one.toString());
      }
    }
    assertThrows(UserException.class, () -> Methods.parse("lora[norms=some]"));
    assertThrows(UserException.class, () -> Methods.parse("full[norms=all]"));
    assertEquals(Methods.parse("lora"), Methods.parse("lora[norms=none]"));
    Method parsed = Methods.parse("lora[norms=all,rank=2]");
    assertEquals(parsed, Methods.of(parsed.spec()));
  }

  @Test
  void aRandomSubspaceStartsAtItsSmallestDimension() {
    AtBudget said = Methods.atBudget(MethodSpec.of("said"), MINILM, 24_304);
    assertEquals(24_304, said.trainable());
    assertEquals("said[dimension=24304]", said.spec().toString());
    AtBudget none = Methods.atBudget(MethodSpec.of("said"), MINILM, 100);
    assertTrue(none.error().startsWith("the smallest trains 103 parameters"), none.error());
  }

  @Test
  void theBudgetAloneChoosesTheSize() {
    AtBudget given = Methods.atBudget(MethodSpec.parse("lora[rank=8]"), MINILM, 24_304);
    assertEquals("method lora[rank=8]: the budget chooses rank; leave it out", given.error());
  }

  @Test
  void listsHaveNames() {
    assertEquals(12, Methods.named("paper").size());
    assertEquals(Methods.named("paper"), Methods.named("all"));
    assertEquals(Methods.all().size(), Methods.named("every").size());
    assertEquals(List.of(MethodSpec.parse("lora[rank=2]")), Methods.named("lora[rank=2]"));
    assertThrows(UserException.class, () -> Methods.named("lara"));
  }

  /** A network of 192 by 192 matrices has no rank of 256, the usual one. */
  @Test
  void aNetworkTooSmallForTheUsualSizeMayHaveASmallerOne() {
    Anatomy small =
        T5Config.read(Home.folder().orElseThrow().resolve("data/t5-tiny-en/config.json"));
    AtBudget found = Methods.atBudget(MethodSpec.of("svfit"), small, 5_000);
    assertEquals("192", found.spec().option("rank").orElseThrow());
    assertTrue(found.trainable() <= 5_000, found.toString());
  }

  @Test
  void whatIsImpossibleSaysWhy() {
    AtBudget full = Methods.atBudget(MethodSpec.of("full"), MINILM, 24_304);
    assertTrue(full.error().contains("the budget is 24,304"), full.error());
    AtBudget head = Methods.atBudget(MethodSpec.of("compacter"), MINILM, 100);
    assertTrue(head.error().startsWith("the smallest trains"), head.error());
    assertThrows(
        UserException.class, () -> Methods.atBudget(MethodSpec.of("lara"), MINILM, 24_304));
  }
}
