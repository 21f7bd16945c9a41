package io.github.compacter4j.cli;

import io.github.compacter4j.adapters.AdapterCombination;
import io.github.compacter4j.adapters.AdapterImport;
import io.github.compacter4j.adapters.AdapterLibrary;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.cli.options.NewAdapter;
import io.github.compacter4j.cli.options.Output;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.Tasks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tech.tablesaw.api.Row;
import tech.tablesaw.api.Table;

/** Lists, averages, combines and imports adapters. */
@Command(
    name = "adapters",
    description = "List, average, combine or import trained adapters.",
    mixinStandardHelpOptions = true,
    subcommands = {
      AdaptersCommand.ListCommand.class,
      AdaptersCommand.AverageCommand.class,
      AdaptersCommand.CombineCommand.class,
      AdaptersCommand.ImportCommand.class
    })
final class AdaptersCommand {
  /** Lists the adapters below a folder. */
  @Command(
      name = "list",
      description = "List the adapters below a folder.",
      mixinStandardHelpOptions = true)
  static final class ListCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", description = "Where to look, for instance runs.")
    Path folder;

    @Mixin Output output;

    @Override
    public Integer call() {
      Table table = AdapterLibrary.list(folder);
      List<Map<String, Object>> rows = new ArrayList<>();
      for (Row row : table) {
        Map<String, Object> values = new LinkedHashMap<>();
        row.columnNames().forEach(name -> values.put(name, row.getObject(name)));
        rows.add(values);
      }
      output.print(rows, table.isEmpty() ? folder + " has no adapters" : table.printAll());
      return 0;
    }
  }

  /** Averages adapters. */
  @Command(
      name = "average",
      description = "Write the mean of adapters of one method, base model and task.",
      mixinStandardHelpOptions = true)
  static final class AverageCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ADAPTER", arity = "2..*", description = "Run or adapter folders.")
    List<Path> folders;

    @Option(names = "--out", required = true, description = "Folder to write.")
    Path out;

    @Mixin Output output;

    @Override
    public Integer call() {
      AdapterLibrary.average(out, folders);
      AdapterInfo info = new RunFolder(out).readAdapterInfo();
      output.print(info, out.toString());
      return 0;
    }
  }

  /** Combines adapters of several tasks. */
  @Command(
      name = "combine",
      description = {
        "Write adapters of one method (adapter or pfeiffer, norms=none) and several tasks into one",
        "folder, from which scalearn starts on a further task: train --from FOLDER."
      },
      mixinStandardHelpOptions = true)
  static final class CombineCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ADAPTER", arity = "2..*", description = "Run or adapter folders.")
    List<Path> folders;

    @Option(names = "--task", required = true, description = "The task that will be trained.")
    String task;

    @Option(names = "--uniform", description = "One weight for all entries of an adapter.")
    boolean uniform;

    @Option(names = "--shared", description = "The same weights in all places.")
    boolean shared;

    @Option(
        names = "--dropout",
        defaultValue = "0.3",
        description = "Of the weights, in training; default: ${DEFAULT-VALUE}.")
    double dropout;

    @Mixin NewAdapter written;

    @Override
    public Integer call() {
      AdapterCombination sources = AdapterCombination.of(folders);
      MethodSpec chosen =
          sources.spec().with("uniform", uniform).with("shared", shared).with("dropout", dropout);
      MethodSpec spec = Methods.of(chosen).spec();
      try (Pretrained model = Pretrained.load(sources.base())) {
        Task next = Tasks.named(task);
        written.print(
            sources.write(spec, model, next, written.pooling(), written.seed(), written.out()));
      }
      return 0;
    }
  }

  /** Imports an adapter. */
  @Command(
      name = "import",
      description = "Write an adapter from what Python's peft library saved; see docs/adapters.md.",
      mixinStandardHelpOptions = true)
  static final class ImportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", description = "What save_pretrained of peft wrote.")
    Path folder;

    @Option(names = "--base", description = "Base model; default: the one that the folder names.")
    String base;

    @Option(
        names = "--force",
        description = "Take a base model of another name or fingerprint too.")
    boolean force;

    @Option(
        names = "--task",
        description =
            "The task that it serves, or a YAML file that defines it; default: what the folder's"
                + " adapter.json says, where it has one.")
    String task;

    @Mixin NewAdapter written;

    @Override
    public Integer call() {
      AdapterImport source = AdapterImport.of(folder, force);
      Task served = Tasks.named(source.task(task));
      try (Pretrained model = Pretrained.load(source.base(base))) {
        source.notes(model).forEach(note -> System.err.println("note: " + note));
        written.print(
            source.write(model, served, written.pooling(), written.seed(), written.out()));
      }
      return 0;
    }
  }
}
