package io.github.compacter4j.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import io.github.compacter4j.tasks.find.Split;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TaskTest {
  @Test
  void tasksAreFoundByName() {
    assertEquals(Glue.rte(), Tasks.named("rte"));
    UserException e = assertThrows(UserException.class, () -> Tasks.named("rtee"));
    assertEquals(UserException.WRONG_USAGE, e.exitStatus());
    assertTrue(e.getMessage().contains("did you mean 'rte'"), e.getMessage());
    assertTrue(e.getMessage().contains("sst2"), e.getMessage());
  }

  @Test
  void splitsAreFoundByLowerCaseName() {
    assertEquals(Split.VALIDATION, Split.parse("validation"));
    assertEquals("test", Split.TEST.toString());
    UserException e = assertThrows(UserException.class, () -> Split.parse("valid"));
    assertEquals(UserException.WRONG_USAGE, e.exitStatus());
  }

  @Test
  void lowResourceChangesNothingElse() {
    Task task = Glue.sst2().lowResource(100, 7);
    assertEquals(7, task.dataSeed());
    assertEquals(OptionalInt.of(100), task.maxTrainSamples());
    assertEquals(Glue.sst2().withMaxTrainSamples(100), Glue.sst2().lowResource(100, 42));
    assertEquals(OptionalInt.empty(), Glue.sst2().maxTrainSamples());
  }

  @Test
  void impossibleSubsetsAreWrongUsage() {
    assertUsage("at least 1, found 0", () -> Glue.rte().withMaxTrainSamples(0));
    assertUsage("found -1", () -> Glue.rte().lowResource(100, -1));
    assertUsage("found 2147483648", () -> Glue.rte().lowResource(100, 1L << 31));
  }

  @Test
  void correctedFormsPutRightOneThingEach() {
    assertEquals("3.4", ((Score) Glue.stsbCorrected().target()).text(3.333));
    assertEquals("3.3", Score.similarity().text(3.333));
    Map<String, String> row =
        Map.of("premise", "P", "question", "cause", "choice1", "A", "choice2", "B");
    assertEquals(
        "premise: P question: cause choice1: A choice2: B",
        SuperGlue.copaCorrected().source(row::get, false));
    assertEquals("premise: P choice1: A choice2: B", SuperGlue.copa().source(row::get, false));
  }

  @Test
  void labelsAreNumbersByTheirOrder() {
    Target target = Glue.rte().target();
    assertEquals(List.of(1, 0), numbers(target, "not_entailment", "entailment"));
    assertFalse(target.accepts("1"));
    assertEquals(List.of("0", "1"), target.texts());
  }

  @Test
  void scoresAreReadAtSinglePrecision() {
    Target target = Glue.stsb().target();
    assertEquals(List.of(3.799999952316284), numbers(target, "3.800"));
    for (String wrong : List.of("5.1", "-0.1", "", "NaN", "1f", "3,8")) {
      assertFalse(target.accepts(wrong), wrong);
    }
  }

  @Test
  void listedScoresAreThoseWithinTheRange() {
    List<String> similarity = Score.similarity().texts();
    assertEquals(26, similarity.size());
    assertEquals(List.of("0.0", "0.2", "0.4", "0.6"), similarity.subList(0, 4));
    assertEquals("5.0", similarity.get(25));
    assertEquals("0.29", new Score(0, 0.29, 100, 100).texts().get(29));
    assertEquals(List.of("0.4", "0.6"), new Score(0.3, 0.7, 5, 5).texts());
    assertEquals(List.of("-0.2", "0.0"), new Score(-0.3, 0.1, 5, 5).texts());
  }

  private static List<?> numbers(Target target, String... cells) {
    return target.column("label", List.of(cells)).asList();
  }

  private static void assertUsage(String part, Runnable run) {
    UserException e = assertThrows(UserException.class, run::run);
    assertTrue(e.getMessage().contains(part), e.getMessage());
    assertEquals(UserException.WRONG_USAGE, e.exitStatus());
  }

  @Test
  void smallTasksHaveMoreEpochsAndSuperGlueSmallerBatchesOfLongerTexts() {
    List<String> small =
        List.of(
            "cola",
            "mrpc",
            "stsb",
            "rte",
            "wnli",
            "boolq",
            "cb",
            "copa",
            "wic",
            "wsc",
            "superglue-rte",
            "stsb-corrected",
            "copa-corrected");
    List<String> superGlue =
        List.of(
            "boolq",
            "cb",
            "copa",
            "multirc",
            "record",
            "wic",
            "wsc",
            "axb",
            "axg",
            "superglue-rte",
            "copa-corrected");
    for (Task task : Tasks.builtIn()) {
      boolean isSuperGlue = superGlue.contains(task.name());
      PaperSetting expected =
          new PaperSetting(
              small.contains(task.name()) ? 20 : 3,
              isSuperGlue ? 32 : 100,
              isSuperGlue ? 256 : 128);
      assertEquals(expected, task.paper(), task.name());
    }
  }
}
