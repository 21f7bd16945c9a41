package io.github.compacter4j.cli;

import io.github.compacter4j.UserException;
import io.github.compacter4j.cli.options.Output;
import io.github.compacter4j.tasks.DataCheck;
import io.github.compacter4j.tasks.DataStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Checks files. */
@Command(
    name = "verify",
    description = {
      "Read all of a folder's files and check their rows, labels and checksums; lists the lines of"
          + " rows that lack columns, which are dropped as in the reference code.",
      "Exit status 1 where something is wrong. Sets in glue_partial and superglue_partial are parts:"
          + " they need not have all rows."
    },
    mixinStandardHelpOptions = true)
final class DataVerifyCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "DIR",
      description = "Folder that holds glue/RTE and the like, or one such folder or its zip.")
  Path place;

  @Mixin Output output;

  @Override
  public Integer call() {
    List<DataStatus> all = DataCheck.verify(place);
    output.print(all, all.stream().map(DataVerifyCommand::text).collect(Collectors.joining("\n")));
    failOnProblems(all);
    return 0;
  }

  /** Ends the command with status 1 where something is wrong. */
  static void failOnProblems(List<DataStatus> all) {
    List<String> problems = all.stream().flatMap(one -> one.problems().stream()).toList();
    if (!problems.isEmpty()) {
      throw new UserException(
          problems.size() == 1
              ? problems.get(0)
              : "%d problems; the first: %s".formatted(problems.size(), problems.get(0)));
    }
  }

  private static String text(DataStatus one) {
    StringBuilder text =
        new StringBuilder("%s, %s: %s".formatted(one.place(), one.task(), one.state()));
    for (DataStatus.FileStatus file : one.files()) {
      String found =
          file.rows() == null
              ? "missing, or cannot be read"
              : "%,9d rows, checksum %s".formatted(file.rows(), file.checksum());
      text.append("\n  %-26s %s".formatted(file.file(), found));
      if (!file.dropped().isEmpty()) {
        text.append(", dropped lines ").append(file.dropped());
      }
    }
    one.problems().forEach(problem -> text.append("\n  problem: ").append(problem));
    return text.toString();
  }
}
