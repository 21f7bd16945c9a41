package io.github.compacter4j.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.Home;
import io.github.compacter4j.bench.RunCost;
import io.github.compacter4j.bert.BertConfig;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.parameters.ParameterCounter;
import io.github.compacter4j.torch.OneThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps whose methods get their sizes from budgets. */
@ExtendWith(OneThread.class)
class SweepBudgetTest {
  @TempDir Path folder;

  private static List<String> names(Sweep sweep) {
    return sweep.cells().stream().map(Cell::name).toList();
  }

  private Sweep read(String text) throws IOException {
    return Sweep.read(Files.writeString(folder.resolve("map.yaml"), text));
  }

  @Test
  void methodsTakeTheLargestSizeWithinTheBudget() throws IOException {
    Sweep sweep =
        read(
            """
            model: minilm
            budget: compacter
            methods: [compacter, lora, "lora[dora=true]", prefix, ia3, full, vera]
            tasks: mrpc
            """);
    assertEquals(
        List.of(
            "mrpc/compacter-bottleneck=12-s42",
            "mrpc/lora-rank=2-s42",
            "mrpc/lora-dora=true-rank=2-s42",
            "mrpc/prefix-length=5-s42",
            "mrpc/ia3-s42"),
        names(sweep));
    assertEquals("lora[rank=2,alpha=8,targets=q+v]", sweep.cells().get(1).method().toString());
    List<LeftOut> out = sweep.leftOut();
    assertEquals(List.of("full", "vera"), out.stream().map(LeftOut::method).toList());
    assertEquals(
        "left out at a budget of 24,304: full: it trains 22,565,376 parameters, the budget is"
            + " 24,304: full",
        out.get(0).toString());
    assertTrue(out.get(1).reason().startsWith("a step takes more than four times that of lora"));
    assertTrue(out.get(1).reason().contains("vera[rank=1641"), out.get(1).reason());
  }

  @Test
  void eachBudgetComesAfterTheOtherAndWhatHasOneSizeOnce() throws IOException {
    Sweep sweep =
        read(
            """
            model: minilm
            budget: [24304, adapter]
            norms: none
            methods: [lora, ia3, compacter]
            beside: [full, compacter]
            tasks: [mrpc, stsb]
            seeds: [1, 2]
            """);
    List<String> names = names(sweep);
    assertEquals(
        List.of(
            "mrpc/full-s1",
            "mrpc/compacter-s1",
            "mrpc/lora-norms=none-rank=2-s1",
            "mrpc/ia3-norms=none-s1",
            "mrpc/compacter-norms=none-bottleneck=288-s1"),
        names.subList(0, 5));
    assertEquals("mrpc/lora-norms=none-rank=13-s1", names.get(10));
    assertEquals("mrpc/compacter-norms=none-bottleneck=384-s1", names.get(11));
    assertEquals(14, names.size() / 2);
    assertTrue(names.subList(14, 28).stream().allMatch(name -> name.endsWith("-s2")));
  }

  @Test
  void normsAreSetWithoutABudgetToo() {
    Sweep sweep = Sweep.of("minilm").methods("lora", "full").norms("all").tasks("mrpc");
    assertEquals(List.of("mrpc/lora-norms=all-s42", "mrpc/full-s42"), names(sweep));
    assertTrue(sweep.leftOut().isEmpty());
  }

  @Test
  void thePlanTellsWhatIsLeftOut() {
    Path yaml =
        TinySweep.yaml(folder, "budget: 4000", "methods: [full, \"phm[n=7]\"]", "beside: norms");
    Sweep sweep = Sweep.read(yaml).in(folder.resolve("runs"));
    SweepPlan plan = SweepPlan.of(sweep, cell -> new RunCost(0.1, 0.1, 1));
    assertEquals(3, plan.rows().size());
    assertEquals("soup/norms-s42", plan.rows().get(0).cell());
    assertNull(plan.rows().get(0).error());
    assertEquals("left out", plan.rows().get(1).state());
    String summary = plan.summary(1);
    assertTrue(summary.startsWith("1 cells, 0 done"), summary);
    assertTrue(summary.contains("\nleft out at a budget of 4,000: full: it trains"), summary);
    assertTrue(summary.contains("phm[n=7]: d_model 192 is not divisible by n=7"), summary);
    assertFalse(summary.contains("not estimated"), summary);
    assertEquals(1, plan.table().rowCount());
  }

  @Test
  void theMapHoldsEveryMethodThatReachesABudget() {
    Path sweeps = Home.folder().orElseThrow().resolve("docs/sweeps");
    Sweep map = Sweep.read(sweeps.resolve("map.yaml"));
    List<String> names = names(map);
    assertEquals("mrpc/full-s42", names.get(0));
    for (Cell cell : map.cells()) {
      if (!cell.method().name().equals("full")) {
        long trained =
            ParameterCounter.count(BertConfig.named("minilm"), cell.method()).trainable();
        assertTrue(trained <= 125_328, cell.name());
      }
    }
    assertEquals(124, names.size());
    List<String> run = map.cells().stream().map(cell -> cell.method().name()).toList();
    List<String> out = map.leftOut().stream().map(LeftOut::method).toList();
    for (String method : Methods.names()) {
      boolean isLeftOut = out.stream().anyMatch(spec -> spec.split("\\[")[0].equals(method));
      assertTrue(run.contains(method) || isLeftOut, method);
    }
    List<String> seeds = names(Sweep.read(sweeps.resolve("map-seeds.yaml")));
    assertTrue(
        seeds.stream().map(name -> name.replaceAll("-s4[34]$", "-s42")).allMatch(names::contains));
  }
}
