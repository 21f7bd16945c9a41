package io.github.compacter4j.adapters;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.checkpoint.SafetensorsFile;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.methods.adapter.ScaLearn;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import io.github.compacter4j.train.FineTuning;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Puts adapters of several tasks into one file, from which ScaLearn starts on a further task. */
public final class AdapterCombination {
  private final List<RunFolder> folders;
  private final AdapterInfo first;

  private AdapterCombination(List<Path> folders) {
    this.folders = folders.stream().map(RunFolder::new).toList();
    first = this.folders.get(0).readAdapterInfo();
    for (RunFolder folder : this.folders) {
      AdapterInfo info = folder.readAdapterInfo();
      AdapterLibrary.requireEqual(folder, "method", first.spec(), info.spec());
      AdapterLibrary.requireEqual(
          folder, "base model", first.model().sha256(), info.model().sha256());
    }
  }

  /**
   * Adapters of one method and base model, each of its own task.
   *
   * @throws UserException naming the first that differs from the others and in what
   */
  public static AdapterCombination of(List<Path> folders) {
    return new AdapterCombination(folders);
  }

  /** The base model of all. */
  public String base() {
    return first.model().name();
  }

  /**
   * The method that combines them, to which {@link ScaLearn}'s own options can be added.
   *
   * @throws UserException if the adapters are no dense bottlenecks, or norms were trained beside
   */
  public MethodSpec spec() {
    MethodSpec source = MethodSpec.parse(first.spec());
    boolean fits = List.of("adapter", "pfeiffer").contains(source.name());
    if (!fits || !source.option("norms").stream().anyMatch("none"::equals)) {
      throw new UserException(
          "%s: adapters of %s cannot be combined; those of adapter[norms=none] or pfeiffer[norms=none] can"
              .formatted(folders.get(0).path(), source));
    }
    MethodSpec spec =
        MethodSpec.of("scalearn").with("adapters", folders.size()).with("of", source.name());
    return Methods.of(spec.withAll(source.without("norms"))).spec();
  }

  /**
   * Writes {@code adapter.safetensors} and {@code adapter.json} with weights that have yet to
   * train.
   *
   * @param spec what {@link #spec} says, with options
   * @param task that will be trained
   * @param pooling of an encoder's new head, null for the usual one
   * @param seed of the weights and the head
   * @param out a folder that has no adapter yet
   * @return what {@code adapter.json} says
   * @throws UserException naming a file whose tensors do not fit
   */
  public AdapterInfo write(
      MethodSpec spec, Pretrained model, Task task, String pooling, long seed, Path out) {
    RunFolder target = WrittenAdapter.free(out);
    first.requireBase(folders.get(0).path(), model.identity());
    FineTuning usual = FineTuning.of(model, Methods.of(spec), task).seed(seed);
    FineTuning plan = pooling == null ? usual : usual.pooling(pooling);
    return WrittenAdapter.write(
        target,
        plan,
        (network, adaptation) -> {
          for (int number = 0; number < folders.size(); number++) {
            copy(folders.get(number), ScaLearn.adapterName(number), adaptation);
          }
        });
  }

  /** Gives one of the adapters the values of a file, in which it has the name of a task. */
  private static void copy(RunFolder folder, String name, Adaptation adaptation) {
    SortedMap<String, Parameter> tensors = new TreeMap<>(adaptation.fixed());
    tensors.keySet().removeIf(tensor -> !tensor.contains("." + name + "."));
    String task = folder.readAdapterInfo().task();
    try (NDManager manager = Torch.newManager();
        GradientMode off = GradientMode.off();
        SafetensorsFile file = SafetensorsFile.open(folder.adapter())) {
      tensors.forEach(
          (tensor, parameter) ->
              TorchFunctions.copy(
                  file.read(tensor.replace("." + name + ".", "." + task + "."), manager),
                  parameter.getArray()));
    }
  }
}
