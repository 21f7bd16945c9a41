package io.github.compacter4j.cli;

import io.github.compacter4j.cli.options.Output;
import io.github.compacter4j.run.RunDifferences;
import io.github.compacter4j.run.RunDifferences.Difference;
import io.github.compacter4j.run.RunFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows what differs between two runs. */
@Command(
    name = "diff",
    description = {
      "Show what differs between two runs: settings, circumstances, results, losses, weights.",
      "Time and memory are left out."
    },
    mixinStandardHelpOptions = true)
final class DiffCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "RUN", description = "A run folder.")
  Path first;

  @Parameters(index = "1", paramLabel = "RUN", description = "Another.")
  Path second;

  @Mixin Output output;

  @Override
  public Integer call() {
    RunFolder a = new RunFolder(first);
    RunFolder b = new RunFolder(second);
    a.readConfig();
    b.readConfig();
    List<Difference> differences = RunDifferences.between(a, b);
    output.print(differences, text(differences));
    return 0;
  }

  static String text(List<Difference> differences) {
    if (differences.isEmpty()) {
      return "no difference outside time and memory";
    }
    return differences.stream()
        .map(d -> "%s %s%n  %s%n  %s".formatted(d.file(), d.field(), d.first(), d.second()))
        .collect(Collectors.joining(System.lineSeparator()));
  }
}
