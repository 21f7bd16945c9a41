package io.github.compacter4j.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.compacter4j.UserException;
import io.github.compacter4j.cli.options.Output;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.parameters.ParameterCount;
import io.github.compacter4j.parameters.ParameterCounter;
import io.github.compacter4j.t5.T5Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Counts parameters. */
@Command(
    name = "count",
    description = "Count the parameters that methods train; needs no weights.",
    mixinStandardHelpOptions = true)
final class CountCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      defaultValue = "t5-base",
      description =
          "A T5 size (t5-small, t5-base, ...), bundled, a folder or a config.json; default: ${DEFAULT-VALUE}.")
  String model;

  @Option(
      names = "--method",
      defaultValue = "all",
      description = "A method such as compacter++[n=8], or all; default: ${DEFAULT-VALUE}.")
  String method;

  @Mixin Output output;

  /** A row of the answer; of a method that is impossible for the model only the error. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Row(
      String method,
      String spec,
      Long trainable,
      Long total,
      Double percent,
      Map<String, ParameterCount.Group> groups,
      String error) {
    static Row of(T5Config config, Method method) {
      try {
        ParameterCount c = ParameterCounter.count(config, method);
        return new Row(
            c.method(), c.spec(), c.trainable(), c.total(), c.percent(), c.groups(), null);
      } catch (UserException e) {
        return new Row(
            method.name(), method.spec().toString(), null, null, null, null, e.getMessage());
      }
    }

    String line() {
      return error != null
          ? String.format(Locale.ROOT, "%-44s %s", spec, error)
          : String.format(Locale.ROOT, "%-44s %,15d %,15d %9.4f", spec, trainable, total, percent);
    }
  }

  @Override
  public Integer call() {
    T5Config config = config();
    List<Row> rows = new ArrayList<>();
    if (method.equals("all")) {
      Methods.paper().forEach(each -> rows.add(Row.of(config, each)));
    } else {
      rows.add(Row.of(config, Methods.parse(method)));
    }
    StringBuilder text =
        new StringBuilder(
            String.format("%-44s %15s %15s %9s", "method", "trainable", "total", "percent"));
    rows.forEach(row -> text.append('\n').append(row.line()));
    output.print(rows, text.toString());
    return 0;
  }

  private T5Config config() {
    if (T5Config.named().containsKey(model)) {
      return T5Config.named(model);
    }
    Path path = Path.of(model);
    if (Files.isRegularFile(path)) {
      return T5Config.read(path);
    }
    if (model.equals(T5.BUNDLED) || Files.isDirectory(path)) {
      try (T5 t5 = T5.load(model)) {
        return t5.config();
      }
    }
    return T5Config.named(model);
  }
}
