package io.github.compacter4j.checkpoint.peft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.checkpoint.SafetensorsFile;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.lowrank.Targets;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Network;
import io.github.compacter4j.model.Role;
import io.github.compacter4j.model.TensorSpec;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What Python's {@code peft} library wrote, or {@link PeftExport}: a configuration and tensors. */
public final class PeftFolder {
  private static final String POOLER = "pooler.";

  private final Path folder;
  private final PeftConfig config;
  private final PeftForm form;
  private final MethodSpec method; // without its targets
  private final Set<String> names; // ours, of all tensors

  private PeftFolder(Path folder) {
    this.folder = folder;
    config = PeftConfig.read(folder);
    form = PeftForms.of(config);
    config.requireKnownTask();
    method = form.spec(config.without(form.trainingOnly()));
    names = Set.copyOf(files().keySet());
    config.requireSaved(
        module -> names.stream().anyMatch(name -> ("." + name).contains("." + module + ".")));
  }

  /**
   * Reads what the folder is of.
   *
   * @throws UserException if there is no adapter of peft, or of a method or a kind of model that is
   *     not known here, or with a setting that no option means
   */
  public static PeftFolder open(Path folder) {
    return new PeftFolder(folder);
  }

  /** The base model that the configuration names, where it names one. */
  public Optional<String> base() {
    return config.base();
  }

  /** The revision of it, where the configuration names another than the usual one. */
  public Optional<String> revision() {
    return config.revision();
  }

  /** What only training on would need and no option here means: settings with their values. */
  public List<String> notRepeated() {
    return config.switchedOn(form.trainingOnly());
  }

  /** What this program knows of the adapter, where it wrote the folder. */
  public Optional<AdapterInfo> info() {
    Path file = folder.resolve(AdapterInfo.FILE);
    return Files.isRegularFile(file) ? Optional.of(AdapterInfo.read(file)) : Optional.empty();
  }

  /** Whether a tensor's name here begins so. */
  public boolean has(String prefix) {
    return names.stream().anyMatch(name -> name.startsWith(prefix));
  }

  /** The file that holds each tensor, by the tensor's name here. */
  private Map<String, Path> files() {
    Map<String, Path> files = new HashMap<>();
    Path tensors = folder.resolve(PeftNames.TENSORS);
    if (!Files.isRegularFile(tensors) && Files.exists(folder.resolve("adapter_model.bin"))) {
      throw new UserException(
          folder
              + ": adapter_model.bin is a pickle, which can run code; save_pretrained of peft"
              + " writes adapter_model.safetensors");
    }
    put(tensors, files);
    Path head = folder.resolve(PeftNames.HEAD);
    if (Files.isRegularFile(head)) {
      put(head, files);
    }
    return files;
  }

  private static void put(Path path, Map<String, Path> files) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      file.names().forEach(name -> files.put(PeftNames.ours(name), path));
    }
  }

  /**
   * The method on a network of these sizes.
   *
   * @throws UserException if no tensor belongs to it
   */
  public MethodSpec spec(Anatomy anatomy) {
    MethodSpec spec = method;
    if (form.hasTargets()) {
      spec = spec.with("targets", Targets.of(roles(anatomy)));
    }
    boolean norms =
        anatomy.tensors().stream().anyMatch(t -> t.role() == Role.NORM && has(t.name()));
    return norms ? spec.with("norms", "all") : spec;
  }

  private Set<Role> roles(Anatomy anatomy) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (TensorSpec matrix : anatomy.tensors()) {
      if (matrix.isProjection() && has(matrix.sibling(""))) {
        roles.add(matrix.role());
      }
    }
    if (roles.isEmpty()) {
      throw new UserException(
          "%s: no tensor of it belongs to a matrix of the base model; is it of another base?"
              .formatted(folder));
    }
    return roles;
  }

  /**
   * Gives the tensors of a method at work the values of the folder; a head of which the folder has
   * nothing stays as it is.
   *
   * @throws UserException naming a tensor that is missing, unexpected or differently shaped
   */
  public void copyInto(Adaptation adaptation) {
    Network network = adaptation.network();
    SortedMap<String, Parameter> known = new TreeMap<>(adaptation.trainable());
    known.putAll(adaptation.fixed());
    try (NDManager manager = Torch.newManager();
        GradientMode off = GradientMode.off()) {
      SortedMap<String, NDArray> values = values(network, manager);
      for (String name : values.keySet()) {
        if (!known.containsKey(name)) {
          throw new UserException(unexpected(name));
        }
      }
      Set<String> head = network.headTensors().keySet();
      for (Map.Entry<String, Parameter> tensor : known.entrySet()) {
        NDArray value = values.get(tensor.getKey());
        if (value != null) {
          copy(tensor.getKey(), value, tensor.getValue().getArray());
        } else if (!head.contains(tensor.getKey())
            && adaptation.kept().containsKey(tensor.getKey())) {
          throw new UserException(
              "%s: tensor %s is missing: the adapter reaches only some of the matrices of a kind (target_modules, layers_to_transform), methods here all of them"
                  .formatted(folder, tensor.getKey()));
        }
      }
    }
  }

  private String unexpected(String tensor) {
    return "%s: unexpected tensor %s%s"
        .formatted(
            folder,
            tensor,
            tensor.startsWith(POOLER)
                ? "; the pooler is a part of the head here, which no method changes: train the adapter with exclude_modules=[\"pooler.dense\"]"
                : "");
  }

  private SortedMap<String, NDArray> values(Network network, NDManager manager) {
    SortedMap<String, NDArray> read = new TreeMap<>();
    files().values().stream()
        .distinct()
        .forEach(
            path -> {
              try (SafetensorsFile file = SafetensorsFile.open(path)) {
                for (String name : file.names()) {
                  read.put(PeftNames.ours(name), file.read(name, network.dataType(), manager));
                }
              }
            });
    return form.ours(config, network.anatomy(), read);
  }

  private void copy(String name, NDArray value, NDArray target) {
    if (!value.getShape().equals(target.getShape())) {
      throw new UserException(
          "%s: tensor %s has shape %s, the base model asks for %s"
              .formatted(folder, name, value.getShape(), target.getShape()));
    }
    TorchFunctions.copy(value, target);
  }
}
