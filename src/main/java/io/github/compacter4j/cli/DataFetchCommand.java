package io.github.compacter4j.cli;

import io.github.compacter4j.cli.options.Output;
import io.github.compacter4j.run.FrontEnd;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.tasks.find.DataFetcher;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Downloads official files. */
@Command(
    name = "fetch",
    description = "Download the official files of tasks; what is there is left as it is.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Archives are checked by size and SHA-256. A broken download continues when the command is"
          + " run again. Several processes may fetch at once.",
      "Proxies are Java's: JAVA_OPTS='-Dhttps.proxyHost=HOST -Dhttps.proxyPort=PORT', or"
          + " JAVA_OPTS=-Djava.net.useSystemProxies=true; the variable https_proxy is not read.",
      "The data have terms of their own, mostly for research: see docs/data.md."
    })
final class DataFetchCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "TASK",
      description = "Tasks such as rte or superglue-rte; glue, superglue, or all.")
  List<String> tasks;

  @Option(
      names = "--to",
      description =
          "Folder that will hold glue/RTE and the like, for --data; default: the user's cache.")
  Path to;

  @Option(
      names = "--base",
      description =
          "Address or folder of a mirror, with the official server's paths below it; default:"
              + " COMPACTER4J_DATA_BASE, else the official server.")
  String base;

  @Mixin Output output;

  @Override
  public Integer call() {
    DataFetcher fetcher = DataFetcher.usual().progress(FrontEnd.downloads());
    fetcher = to == null ? fetcher : fetcher.to(to);
    fetcher = base == null ? fetcher : fetcher.base(base);
    List<DataFetcher.Fetched> all = new ArrayList<>();
    for (var task :
        tasks.stream().flatMap(name -> Tasks.group(name).stream()).distinct().toList()) {
      all.add(fetcher.fetch(task));
    }
    output.print(all, all.stream().map(DataFetchCommand::line).collect(Collectors.joining("\n")));
    return 0;
  }

  private static String line(DataFetcher.Fetched one) {
    return "%-14s %-13s %s"
        .formatted(one.task(), one.fetched() ? "fetched" : "was there", one.folder());
  }
}
