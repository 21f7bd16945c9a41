package io.github.compacter4j.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.bert.BertConfig;
import io.github.compacter4j.bert.BertHead;
import io.github.compacter4j.bert.Pooling;
import io.github.compacter4j.checkpoint.BertCheckpoint;
import io.github.compacter4j.cli.options.Output;
import io.github.compacter4j.cli.options.Positive;
import io.github.compacter4j.learner.Family;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.methods.AtBudget;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.model.Anatomy;
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
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Counts parameters. */
@Command(
    name = "count",
    description = "Count the parameters that methods train; needs no weights.",
    mixinStandardHelpOptions = true)
final class CountCommand implements Callable<Integer> {
  /** The size whose published model is one of sentences, which takes means. */
  private static final String MEAN = "minilm";

  @Option(
      names = "--model",
      defaultValue = "t5-base",
      description =
          "A size (t5-small, t5-base, ..., minilm, bert-base-uncased, roberta-base, ...), bundled,"
              + " a folder or a config.json; default: ${DEFAULT-VALUE}.")
  String model;

  @Option(
      names = "--method",
      defaultValue = "all",
      description =
          "A method such as compacter++[n=8], all or paper, which are the paper's, or every, which are all"
              + " that there are; default: ${DEFAULT-VALUE}.")
  String method;

  @Option(
      names = "--budget",
      paramLabel = "N",
      description = "Take each method at the largest size that trains at most N parameters.")
  Integer budget;

  @Option(
      names = "--norms",
      description =
          "all or none: let the network's norms train beside all methods that may train them, or"
              + " beside none; default: as each method does.")
  Norms norms;

  /** Whether norms train beside methods. */
  enum Norms {
    all,
    none
  }

  @Option(
      names = "--classes",
      description = "Of an encoder's head: classes, or 1 for a score; default: 2.")
  Integer classes;

  @Option(
      names = "--pooling",
      description = "Of an encoder's head: mean or cls; default: what the model's folder says.")
  String pooling;

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
      ParameterCount.Group head,
      List<String> warnings,
      String error) {
    static Row of(Counted counted, MethodSpec spec, Integer budget) {
      if (budget == null) {
        return of(counted, spec);
      }
      AtBudget found = Methods.atBudget(spec, counted.anatomy, budget);
      return found
          .method()
          .map(method -> of(counted, method, found.warnings()))
          .orElseGet(() -> failed(spec, found.error()));
    }

    private static Row of(Counted counted, MethodSpec spec) {
      Method method = Methods.of(spec);
      try {
        return of(counted, method, List.of());
      } catch (UserException e) {
        return failed(method.spec(), e.getMessage());
      }
    }

    private static Row of(Counted counted, Method method, List<String> warnings) {
      ParameterCount c = ParameterCounter.count(counted.anatomy, method);
      return new Row(
          c.method(),
          c.spec(),
          c.trainable(),
          c.total(),
          c.percent(),
          c.groups(),
          counted.head,
          warnings.isEmpty() ? null : warnings,
          null);
    }

    private static Row failed(MethodSpec spec, String error) {
      return new Row(spec.name(), spec.toString(), null, null, null, null, null, null, error);
    }

    String line() {
      return error != null
          ? String.format(Locale.ROOT, "%-44s %s", spec, error)
          : String.format(Locale.ROOT, "%-44s %,15d %,15d %9.4f", spec, trainable, total, percent)
              + (warnings == null ? "" : "  " + String.join("; ", warnings));
    }
  }

  /**
   * What is counted.
   *
   * @param head of a task on an encoder; null for a T5, which has none
   */
  private record Counted(Anatomy anatomy, ParameterCount.Group head) {}

  @Override
  public Integer call() {
    Counted counted = counted();
    List<Row> rows = new ArrayList<>();
    specs().forEach(spec -> rows.add(Row.of(counted, spec, budget)));
    StringBuilder text =
        new StringBuilder(
            String.format("%-44s %15s %15s %9s", "method", "trainable", "total", "percent"));
    rows.forEach(row -> text.append('\n').append(row.line()));
    if (counted.head != null) {
      text.append(
          String.format(
              Locale.ROOT,
              "%nBeside each method the head trains: %d tensors, %,d parameters.",
              counted.head.tensors(),
              counted.head.params()));
    }
    output.print(rows, text.toString());
    return 0;
  }

  private List<MethodSpec> specs() {
    List<MethodSpec> specs = Methods.named(method);
    return norms == null
        ? specs
        : specs.stream().map(spec -> Methods.withNorms(spec, norms.name())).toList();
  }

  private Counted counted() {
    Positive.require("--classes", classes);
    Positive.require("--budget", budget);
    if (BertConfig.named().containsKey(model)) {
      Pooling usual = model.equals(MEAN) ? Pooling.MEAN : Pooling.CLS;
      return encoder(BertConfig.named(model), usual);
    }
    Path path = Path.of(model);
    Path config = Files.isDirectory(path) ? path.resolve("config.json") : path;
    if (Files.isRegularFile(config) && Family.ofConfig(config) == Family.ENCODER) {
      Path folder = config.toAbsolutePath().getParent();
      return encoder(BertConfig.read(config), BertCheckpoint.usualPooling(folder));
    }
    if (classes != null || pooling != null) {
      throw UserException.usage(
          "model %s: --classes and --pooling are of an encoder's head".formatted(model));
    }
    return new Counted(t5(path), null);
  }

  private Counted encoder(BertConfig config, Pooling usual) {
    Pooling chosen = pooling == null ? usual : Pooling.named(pooling);
    int outputs = classes == null ? 2 : classes;
    return new Counted(
        config, ParameterCount.Group.of(BertHead.shapes(config, chosen, outputs).values()));
  }

  private T5Config t5(Path path) {
    if (T5Config.named().containsKey(model)) {
      return T5Config.named(model);
    }
    if (Files.isRegularFile(path)) {
      return T5Config.read(path);
    }
    if (model.equals(T5.BUNDLED) || Files.isDirectory(path)) {
      try (T5 t5 = T5.load(model)) {
        return t5.config();
      }
    }
    throw Names.unknown(
        "size",
        model,
        Stream.of(T5Config.named(), BertConfig.named())
            .flatMap(named -> named.keySet().stream())
            .toList());
  }
}
