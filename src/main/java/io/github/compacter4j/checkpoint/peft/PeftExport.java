package io.github.compacter4j.checkpoint.peft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.nn.Parameter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.checkpoint.ExportFolder;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.hub.ModelFolders;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.Network;
import io.github.compacter4j.torch.GradientMode;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Writes a folder that Python's {@code peft} library loads: {@code adapter_config.json} and {@code
 * adapter_model.safetensors}, this program's {@code adapter.json} beside them, and for a head on
 * means {@code head.safetensors} with {@code load.py}.
 */
public final class PeftExport {
  /** The version of the library whose form this is. */
  private static final String VERSION = "0.21.2";

  private final Network network;
  private final AdapterInfo info;
  private final PeftModel model;
  private final MethodSpec spec;
  private final PeftForm form;
  private final PeftTargets targets;
  private final SortedMap<String, NDArray> inserted = new TreeMap<>();
  private final SortedMap<String, NDArray> own = new TreeMap<>();
  private final SortedMap<String, NDArray> head = new TreeMap<>();

  private PeftExport(Adaptation adaptation, AdapterInfo info, PeftModel model) {
    network = adaptation.network();
    this.info = info;
    this.model = model;
    spec = MethodSpec.parse(info.spec());
    form = PeftForms.of(spec, network.hooks());
    SortedSet<String> modules = new TreeSet<>();
    network.weights().parameters().keySet().forEach(n -> modules.add(PeftTargets.module(n)));
    network.headTensors().keySet().forEach(name -> modules.add(PeftTargets.module(name)));
    modules.add("pooler.dense"); // which an encoder has in transformers whatever its head is
    targets = new PeftTargets(modules, model.naming());
    adaptation.fixed().forEach((name, tensor) -> inserted.put(name, tensor.getArray()));
    adaptation.trainable().forEach(this::sort);
  }

  private void sort(String name, Parameter parameter) {
    SortedMap<String, NDArray> kind =
        network.headTensors().containsKey(name)
            ? head
            : network.weights().parameters().containsKey(name) ? own : inserted;
    kind.put(name, parameter.getArray());
  }

  /**
   * Writes the folder.
   *
   * @param out a folder that does not exist or is empty
   * @throws io.github.compacter4j.UserException if peft has no such method, or the folder is not
   *     empty
   */
  public static void write(Adaptation adaptation, AdapterInfo info, PeftModel model, Path out) {
    PeftExport export = new PeftExport(adaptation, info, model);
    ExportFolder.requireEmpty(out);
    try (GradientMode off = GradientMode.off();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      export.writeTensors(out);
      export.writeConfig(out.resolve(PeftConfig.FILE));
    }
    info.write(out.resolve(AdapterInfo.FILE));
    if (!model.script().isEmpty()) {
      export.writeLoader(out.resolve("load.py"));
    }
  }

  private void writeTensors(Path out) {
    SortedMap<String, NDArray> tensors = new TreeMap<>();
    form.theirs(spec, inserted)
        .forEach((name, tensor) -> tensors.put(PeftNames.file(name, model.naming()), tensor));
    own.forEach((name, tensor) -> tensors.put(PeftNames.file(name, model.naming()), tensor));
    SortedMap<String, NDArray> beside = new TreeMap<>();
    head.forEach(
        (name, tensor) ->
            (model.hasHead() ? tensors : beside)
                .put(model.hasHead() ? PeftNames.file(name, model.naming()) : name, tensor));
    ExportFolder.write(tensors, out.resolve(PeftNames.TENSORS));
    if (!beside.isEmpty()) {
      ExportFolder.write(beside, out.resolve(PeftNames.HEAD));
    }
  }

  private void writeConfig(Path file) {
    ObjectNode config = Json.mapper().createObjectNode();
    config.put("base_model_name_or_path", ModelFolders.repository(info.model().name()));
    form.describe(spec, inserted, targets, config);
    config.put("inference_mode", true);
    ArrayNode saved = config.putArray("modules_to_save");
    targets.ends(own.keySet().stream().map(PeftTargets::module).toList()).forEach(saved::add);
    if (model.hasHead()) { // peft wraps whole modules and knows of the classifier by itself
      head.keySet().stream().map(name -> name.split("\\.")[0]).distinct().forEach(saved::add);
    }
    if (saved.isEmpty()) {
      config.putNull("modules_to_save");
    }
    config.put("peft_type", form.type());
    config.put("peft_version", VERSION);
    SortedSet<String> matrices = new TreeSet<>(targets.modules());
    SortedSet<String> names = new TreeSet<>(form.theirs(spec, inserted).keySet());
    matrices.removeIf(module -> names.stream().noneMatch(name -> isOf(module, name)));
    ArrayNode chosen = config.putArray("target_modules");
    targets.ends(matrices).forEach(chosen::add);
    config.put("task_type", model.taskType());
    Json.write(file, config);
  }

  private static boolean isOf(String module, String tensor) {
    return tensor.startsWith(module + ".");
  }

  private void writeLoader(Path file) {
    Map<String, String> values = new TreeMap<>(model.script());
    values.put("SPEC", info.spec());
    values.put("BASE", info.model().name());
    values.put("SHA256", info.model().sha256());
    ExportFolder.writeScript("load_peft_mean.py", values, file);
  }
}
