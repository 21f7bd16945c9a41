package io.github.compacter4j.cli;

import io.github.compacter4j.cli.options.Output;
import io.github.compacter4j.tasks.DataCheck;
import io.github.compacter4j.tasks.DataStatus;
import io.github.compacter4j.tasks.find.DataFinder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists what data there is. */
@Command(
    name = "list",
    description = {
      "Show for each task where its data was found, the rows of the splits that runs use, whether it"
          + " is the complete official set, and its checksums.",
      "Exit status 1 where a set that was found is damaged or not what its place says."
    },
    mixinStandardHelpOptions = true)
final class DataListCommand implements Callable<Integer> {
  @Option(names = "--data", description = "Look in this folder alone; default: the usual places.")
  Path data;

  @Mixin Output output;

  @Override
  public Integer call() {
    List<DataStatus> all = DataCheck.list(data == null ? DataFinder.usual() : DataFinder.in(data));
    String head =
        "%-14s %-24s %-21s %-9s %s%n"
            .formatted("task", "found in", "train/valid/test rows", "set", "checksums");
    output.print(
        all, all.stream().map(DataListCommand::line).collect(Collectors.joining("\n", head, "")));
    DataVerifyCommand.failOnProblems(all);
    return 0;
  }

  private static String line(DataStatus one) {
    if (one.state() == DataStatus.State.MISSING) {
      return "%-14s nothing; ./compacter4j data fetch %s".formatted(one.task(), one.task());
    }
    String rows =
        one.rows().values().stream().map("%,d"::formatted).collect(Collectors.joining("/"));
    return "%-14s %-24s %-21s %-9s %s"
        .formatted(
            one.task(),
            one.place() == null ? "-" : one.place(),
            rows,
            one.state(),
            one.files().stream()
                .filter(file -> file.checksum() != null)
                .map(file -> file.checksum().toString())
                .distinct()
                .collect(Collectors.joining(", ")));
  }
}
