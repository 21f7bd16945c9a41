package io.github.compacter4j.cli;

import io.github.compacter4j.adapters.ExportFormat;
import io.github.compacter4j.adapters.Predictor;
import io.github.compacter4j.cli.options.BaseOptions;
import io.github.compacter4j.cli.options.MachineOptions;
import io.github.compacter4j.cli.options.Output;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a run's best weights for Python users. */
@Command(
    name = "export",
    description = "Write the best weights of a run for Python users; see docs/export.md.",
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
  @Option(
      names = "--run",
      required = true,
      description = "Run folder, or any folder with an adapter.")
  Path run;

  @Option(
      names = "--format",
      required = true,
      description =
          "t5, or hf for an encoder: a folder for transformers; adapterhub: one for the adapters"
              + " library; peft: one for the peft library.")
  String format;

  @Option(names = "--out", required = true, description = "Folder to write, new or empty.")
  Path out;

  @Mixin MachineOptions machine;
  @Mixin BaseOptions base;
  @Mixin Output output;

  @Override
  public Integer call() {
    machine.apply();
    ExportFormat chosen = ExportFormat.parse(format);
    try (Predictor predictor = base.load(run)) {
      predictor.export(chosen, out);
    }
    output.print(Map.of("format", format, "out", out.toString()), out.toString());
    return 0;
  }
}
