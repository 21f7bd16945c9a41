package io.github.compacter4j.cli;

import io.github.compacter4j.bench.OwnProcess;
import io.github.compacter4j.bench.StepBenchmark.Cost;
import io.github.compacter4j.cli.options.MachineOptions;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.train.RunPlan;
import java.util.ArrayList;
import java.util.List;

/** The command {@code efficiency} in a process of its own, which reads its plan as JSON. */
public final class EfficiencyProcess implements OwnProcess {
  @Override
  public Cost cost(RunPlan plan) {
    List<String> arguments = new ArrayList<>(List.of("efficiency", "--here", "--json"));
    arguments.addAll(MachineOptions.asHere().arguments());
    String what = "efficiency of " + plan.method().spec();
    return new ChildProcess(Main.class).json(what, arguments, Json.line(plan.config()), Cost.class);
  }
}
