package io.github.compacter4j.cli;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.cli.display.DownloadBar;
import io.github.compacter4j.cli.display.Mistakes;
import io.github.compacter4j.cli.display.StopOnSignal;
import io.github.compacter4j.cli.options.Version;
import io.github.compacter4j.cli.options.Words;
import io.github.compacter4j.files.Kinds;
import io.github.compacter4j.format.TableFormat;
import io.github.compacter4j.run.FrontEnd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterExceptionHandler;

/** Entry point of {@code ./compacter4j}: errors are one line on standard error. */
@Command(
    name = "compacter4j",
    description =
        "Parameter-efficient fine-tuning of T5 and encoders on the JVM, built around Compacter.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      CountCommand.class,
      DataCommand.class,
      ModelsCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      PredictCommand.class,
      ExportCommand.class,
      AdaptersCommand.class,
      DiffCommand.class,
      RerunCommand.class,
      ResultsCommand.class,
      SweepCommand.class,
      EfficiencyCommand.class,
      BenchCommand.class
    },
    footerHeading = "%nRun by the launcher:%n",
    footer = {
      "  demo       Set everything up and execute the quickstart notebook.",
      "  test       Set everything up and run every test; arguments go to Maven.",
      "  lab        Set everything up and open Jupyter with the kernel.",
      "  notebooks  Execute all notebooks into target/notebooks.",
      "  kernel     Install or remove the Jupyter kernel alone.",
      "",
      "Each command takes --help. First steps: ./compacter4j demo"
    })
public final class Main implements Runnable {
  private static final List<String> LAUNCHED =
      List.of("demo", "test", "lab", "notebooks", "kernel");

  @CommandLine.Spec CommandLine.Model.CommandSpec spec;

  /** Runs the command line and ends the process with its exit status. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs the command line and returns its exit status: 0, 1 for bad input, 2 for wrong usage. */
  static int run(String... arguments) {
    IParameterExceptionHandler wrongUsage =
        (e, args) -> {
          Mistakes.report(
              describe(e, args)
                  + "; see "
                  + e.getCommandLine().getCommandSpec().qualifiedName()
                  + " --help");
          return UserException.WRONG_USAGE;
        };
    try (DownloadBar downloads = new DownloadBar()) {
      FrontEnd.showDownloads(downloads);
      FrontEnd.keepRunsIn(Path.of("runs").toAbsolutePath());
      return new CommandLine(new Main())
          .setExecutionExceptionHandler(
              (e, command, parsed) -> {
                downloads.close(); // the error has a line of its own
                return failed(e);
              })
          .setParameterExceptionHandler(wrongUsage)
          .registerConverter(ResultsCommand.By.class, new Words<>(ResultsCommand.By.class))
          .registerConverter(
              ResultsCommand.PaperTable.class, new Words<>(ResultsCommand.PaperTable.class))
          .registerConverter(TableFormat.class, new Words<>(TableFormat.class))
          .execute(arguments);
    } catch (ExceptionInInitializerError e) { // picocli hands on exceptions alone
      return UserException.in(e).map(Main::report).orElseThrow(() -> e);
    }
  }

  private static int report(UserException mistake) {
    Mistakes.report(mistake.getMessage());
    return mistake.exitStatus();
  }

  /** The mistake, with the nearest name that exists where an option or a command does not. */
  private static String describe(CommandLine.ParameterException e, String[] arguments) {
    CommandLine.Model.CommandSpec command = e.getCommandLine().getCommandSpec();
    if (e instanceof CommandLine.MissingParameterException) {
      return unknownOption(command, arguments)
          .map(option -> unknown("option", option, command.optionsMap().keySet()))
          .orElse(e.getMessage());
    }
    if (!(e instanceof CommandLine.UnmatchedArgumentException unmatched)) {
      return wrongKind(e).orElse(e.getMessage());
    }
    boolean option = unmatched.isUnknownOption();
    List<String> known =
        new ArrayList<>(option ? command.optionsMap().keySet() : command.subcommands().keySet());
    if (!option && command.parent() == null) {
      known.addAll(LAUNCHED);
    }
    String found = unmatched.getUnmatched().get(0);
    return known.isEmpty()
        ? "takes no argument '%s'".formatted(Names.shortened(found))
        : unknown(option ? "option" : "command", found, known);
  }

  /** What to tell of a value that is no number where one is expected. */
  private static Optional<String> wrongKind(CommandLine.ParameterException e) {
    CommandLine.Model.ArgSpec argument = e.getArgSpec();
    if (argument == null || e.getValue() == null) {
      return Optional.empty();
    }
    String name =
        argument instanceof CommandLine.Model.OptionSpec option
            ? option.longestName()
            : argument.paramLabel();
    return Kinds.of(argument.type())
        .map(
            kind ->
                "%s: expected %s, found '%s'".formatted(name, kind, Names.shortened(e.getValue())));
  }

  /** Beside an unknown option the parser miscounts parameters, and would tell of those alone. */
  private static Optional<String> unknownOption(
      CommandLine.Model.CommandSpec command, String[] arguments) {
    return Arrays.stream(arguments)
        .filter(argument -> argument.matches("--[a-z].*"))
        .map(argument -> argument.split("=")[0])
        .filter(name -> !command.optionsMap().containsKey(name))
        .findFirst();
  }

  private static String unknown(String kind, String found, Collection<String> known) {
    return Names.unknown(kind, found, known).getMessage();
  }

  private static int failed(Exception e) throws Exception {
    if (e instanceof UserException mistake) {
      return report(mistake);
    }
    if (StopOnSignal.isTooLate()) { // what fails in a process that ends is no news
      return StopOnSignal.INTERRUPTED;
    }
    throw e;
  }

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }
}
