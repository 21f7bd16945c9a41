package io.github.compacter4j.sweep;

import io.github.compacter4j.UserException;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.parameters.ParameterCounter;
import io.github.compacter4j.results.AblationResult;
import io.github.compacter4j.run.FrontEnd;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.train.FineTuning;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What one option is worth: the same method with several values of it; a value whose methods return
 * changed copies.
 *
 * <pre>
 *   Ablation.over("n", 2, 4, 8).of("compacter").on(Glue.sst2()).run()
 * </pre>
 *
 * <p>The option is one of the method's, such as {@code rank}, {@code bottleneck}, {@code
 * placement}, {@code shareA} or {@code norms}, or a setting of the protocol, such as {@code
 * learningRate}. By default runs are short: {@value #STEPS} steps over {@value #ROWS} rows with the
 * bundled model.
 */
public final class Ablation {
  private static final int STEPS = 150;
  private static final int ROWS = 2000;

  private final String option;
  private final List<Object> values;
  private String method = "compacter++";
  private Task task = Tasks.named("sst2");
  private String model = T5.BUNDLED;
  private int rows = ROWS;
  private List<Long> seeds = List.of(42L);
  private Map<String, Object> settings = Map.of("maxSteps", STEPS);
  private Path data;
  private Path folder;

  private Ablation(String option, List<Object> values) {
    this.option = option;
    this.values = values;
  }

  /** An ablation over an option; of {@code compacter++} on SST-2 unless told otherwise. */
  public static Ablation over(String option, Object... values) {
    if (values.length == 0) {
      throw UserException.usage("an ablation over " + option + " needs values");
    }
    return new Ablation(option, List.of(values));
  }

  private Ablation change(Consumer<Ablation> change) {
    Ablation copy = new Ablation(option, values);
    copy.method = method;
    copy.task = task;
    copy.model = model;
    copy.rows = rows;
    copy.seeds = seeds;
    copy.settings = settings;
    copy.data = data;
    copy.folder = folder;
    change.accept(copy);
    return copy;
  }

  /** The method, with any other options in brackets. */
  public Ablation of(String spec) {
    return change(copy -> copy.method = spec);
  }

  /** The task; one that has a number of training rows keeps it. */
  public Ablation on(Task value) {
    return change(copy -> copy.task = value);
  }

  /** The task by its name. */
  public Ablation on(String name) {
    return on(Tasks.named(name));
  }

  /** Another model than the bundled one. */
  public Ablation with(Pretrained value) {
    return change(copy -> copy.model = value.name());
  }

  /** Another value of a setting of the protocol, for instance {@code maxSteps}. */
  public Ablation with(String setting, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(settings);
    more.put(setting, value);
    return change(copy -> copy.settings = more);
  }

  /** Training rows, the first of the shuffled ones. */
  public Ablation rows(int number) {
    return change(copy -> copy.rows = number);
  }

  /** Seeds; the table shows means over them. */
  public Ablation seeds(long... some) {
    return change(copy -> copy.seeds = Arrays.stream(some).boxed().toList());
  }

  /** A folder to take the data from, instead of the usual places. */
  public Ablation data(Path place) {
    return change(copy -> copy.data = place);
  }

  /** The folder of the runs, where finished ones are kept; usually a new one in {@code runs}. */
  public Ablation in(Path place) {
    return change(copy -> copy.folder = place);
  }

  /**
   * Runs every value with every seed.
   *
   * @throws UserException before anything runs where a value is impossible for the method or the
   *     model; where a run fails
   */
  public AblationResult run() {
    Map<Object, List<Run>> runs = new LinkedHashMap<>();
    try (Pretrained base = Pretrained.load(model)) {
      List<FineTuning> plans = values.stream().map(value -> plan(base, value)).toList();
      plans.forEach(plan -> ParameterCounter.count(base.anatomy(), plan.method()));
      Path place = folder != null ? folder : newFolder();
      for (int v = 0; v < values.size(); v++) {
        List<Run> same = new ArrayList<>();
        for (long seed : seeds) {
          Path run = place.resolve("%s=%s-s%d".formatted(option, values.get(v), seed));
          same.add(plans.get(v).seed(seed).out(run, FineTuning.Existing.RESUME).run());
        }
        runs.put(values.get(v), same);
      }
    }
    return new AblationResult(method, option, runs);
  }

  private FineTuning plan(Pretrained base, Object value) {
    boolean setting =
        Arrays.stream(Protocol.class.getRecordComponents())
            .map(RecordComponent::getName)
            .anyMatch(option::equals);
    Method parsed = Methods.parse(setting ? method : withOption(value));
    Task sized = task.maxTrainSamples().isPresent() ? task : task.withMaxTrainSamples(rows);
    FineTuning plan = FineTuning.of(base, parsed, sized).data(data);
    Protocol protocol = plan.protocol();
    Map<String, Object> changes = new LinkedHashMap<>(settings);
    if (setting) {
      changes.put(option, value);
    }
    for (Map.Entry<String, Object> change : changes.entrySet()) {
      protocol = protocol.with(change.getKey(), change.getValue());
    }
    return plan.protocol(protocol);
  }

  /** The method's spec with the option in its brackets. */
  private String withOption(Object value) {
    return MethodSpec.parse(method).with(option, value).toString();
  }

  private Path newFolder() {
    Path runs = FrontEnd.runs();
    String name = "ablation-%s-%s-%s".formatted(task.name(), Methods.parse(method).name(), option);
    for (int number = 1; ; number++) {
      Path place = runs.resolve("%s-%03d".formatted(name, number));
      if (!Files.exists(place)) {
        return place;
      }
    }
  }
}
