package io.github.compacter4j.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The benchmarks' files: what is there, getting them, checking them. */
@Command(
    name = "data",
    description = "See, download and check the files of GLUE and SuperGLUE.",
    mixinStandardHelpOptions = true,
    subcommands = {DataListCommand.class, DataFetchCommand.class, DataVerifyCommand.class},
    footer = {
      "",
      "Data is looked for in: the folder of --data or COMPACTER4J_DATA; data/glue and data/superglue"
          + " of the project; what 'data fetch' has put into the user's cache (COMPACTER4J_CACHE,"
          + " else XDG_CACHE_HOME/compacter4j, else ~/.cache/compacter4j).",
      "Nothing is downloaded unless 'data fetch' or 'train --fetch' asks for it.",
      "Runs keep the ids of large splits in the same cache, under tokens; it may be deleted at any"
          + " time. COMPACTER4J_NO_CACHE=1 does without."
    })
final class DataCommand implements Runnable {
  @CommandLine.Spec CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }
}
