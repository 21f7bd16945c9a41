package io.github.compacter4j.cli;

import io.github.compacter4j.adapters.ExportFormat;
import io.github.compacter4j.adapters.Predictor;
import io.github.compacter4j.cli.options.BaseOptions;
import io.github.compacter4j.cli.options.MachineOptions;
import io.github.compacter4j.cli.options.Output;
import java.nio.file.Path;
import java.util.Locale;
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

  @Option(
      names = "--merge",
      description = "Make what the method adds to matrices part of them; with t5 and hf.")
  boolean merge;

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
      if (merge) {
        print(predictor.exportMerged(chosen, out));
      } else {
        predictor.export(chosen, out);
        output.print(Map.of("format", format, "out", out.toString()), out.toString());
      }
    }
    return 0;
  }

  private void print(double deviation) {
    output.print(
        Map.of("format", format, "out", out.toString(), "deviation", deviation),
        String.format(
            Locale.ROOT,
            "%s: merged; outputs of changed matrices differ by at most %.1e for inputs of N(0, 1)",
            out,
            deviation));
  }
}
