package io.github.compacter4j.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Hooks;
import io.github.compacter4j.model.Network;
import io.github.compacter4j.model.Place;
import io.github.compacter4j.model.Stack;
import io.github.compacter4j.model.SubLayer;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.TorchFunctions;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes a folder that Python's {@code adapters} library loads: {@code adapter_config.json}, {@code
 * adapter.safetensors}, the network's own tensors that trained beside the adapters in {@code
 * norms.safetensors}, an encoder's head in {@code head.safetensors}, and {@code load.py}, which
 * puts all of it in place.
 *
 * <p>Everything is read off the live adapters, so it holds for every kind of them: products that
 * the library does not know, such as a factorised A or low-rank layers, are multiplied out.
 */
public final class AdapterHubExport {
  /** The version of the library whose form this is. */
  private static final String VERSION = "adapters.1.3.0";

  private final Anatomy anatomy;
  private final AdapterInfo info;
  private final AdapterHubModel model;
  private final boolean behindSum;
  private final Map<Place, Block> adapters;
  private final SortedMap<String, NDArray> tensors = new TreeMap<>();
  private int bottleneck;
  private int n; // 0 for dense layers
  private int rank; // 0 for full B
  private boolean sharedRule;

  private AdapterHubExport(Adaptation adaptation, AdapterInfo info, AdapterHubModel model) {
    this.model = model;
    anatomy = adaptation.network().anatomy();
    this.info = info;
    Hooks hooks = adaptation.network().hooks();
    behindSum = !hooks.layersBehindSums().isEmpty();
    adapters = behindSum ? hooks.layersBehindSums() : hooks.layers();
  }

  /**
   * Writes the folder.
   *
   * @param model what the adapters are in
   * @param out a folder that does not exist or is empty
   * @throws UserException if the method has no adapters, or the folder is not empty
   */
  public static void write(
      Adaptation adaptation, AdapterInfo info, AdapterHubModel model, Path out) {
    AdapterHubExport export = new AdapterHubExport(adaptation, info, model);
    if (export.adapters.isEmpty()) {
      throw new UserException(
          "method "
              + info.spec()
              + " has no adapters; methods that only change "
              + model.possessive()
              + " own tensors are exported with --format "
              + model.otherFormat());
    }
    ExportFolder.requireEmpty(out);
    try (GradientMode off = GradientMode.off();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      export.adapters.forEach(export::collect);
      ExportFolder.write(export.tensors, out.resolve("adapter.safetensors"));
      export.writeOwn(adaptation, out);
    }
    export.writeConfig(out.resolve("adapter_config.json"));
    export.writeLoader(out.resolve("load.py"));
  }

  private void writeOwn(Adaptation adaptation, Path out) {
    SortedMap<String, NDArray> head = new TreeMap<>();
    SortedMap<String, NDArray> norms = new TreeMap<>();
    Network network = adaptation.network();
    adaptation
        .trainable()
        .forEach(
            (name, parameter) -> {
              if (network.headTensors().containsKey(name)) {
                head.put(model.name(name), parameter.getArray());
              } else if (network.weights().parameters().containsKey(name)) {
                norms.put(model.name(name), parameter.getArray());
              }
            });
    if (!norms.isEmpty()) {
      ExportFolder.write(norms, out.resolve("norms.safetensors"));
    }
    if (!head.isEmpty()) {
      ExportFolder.write(head, out.resolve("head.safetensors"));
    }
  }

  private void collect(Place site, Block adapter) {
    String prefix = anatomy.adapterPrefix(site, info.task());
    String target = model.root() + anatomy.prefix(site) + ".adapters." + info.task() + ".";
    Map<String, NDArray> down = layer(adapter, prefix, "down");
    Map<String, NDArray> up = layer(adapter, prefix, "up");
    collect(down, target + "adapter_down.0.");
    collect(up, target + "adapter_up.");
    NDArray bias = down.containsKey("b") ? down.get("b") : down.get("bias"); // (k)
    bottleneck = Math.toIntExact(bias.size());
  }

  /** A layer's tensors by the ends of their names; shared ones begin as their side asks. */
  private Map<String, NDArray> layer(Block adapter, String prefix, String side) {
    Map<String, NDArray> layer = new TreeMap<>();
    String own = prefix + side + "_sampler.";
    String shared = "W_" + side; // of B, or s and t, that all layers of a side have in common
    for (Parameter parameter : adapter.getParameters().values()) {
      String name = parameter.getName();
      if (name.startsWith(own)) {
        layer.put(name.substring(own.length()), parameter.getArray());
      } else if (name.startsWith(shared)) {
        layer.put("W" + name.substring(shared.length()), parameter.getArray());
      } else if (name.startsWith("phm_rule")) {
        layer.put(name, parameter.getArray());
        sharedRule = true;
      }
    }
    return layer;
  }

  private void collect(Map<String, NDArray> layer, String prefix) {
    if (layer.containsKey("weight")) {
      tensors.put(prefix + "weight", layer.get("weight"));
      tensors.put(prefix + "bias", layer.get("bias"));
      return;
    }
    NDArray left = layer.get("W_left");
    NDArray right = layer.get("W_right");
    if (!layer.containsKey("phm_rule") && !layer.containsKey("phm_rule_left")) {
      tensors.put(prefix + "weight", left.matMul(right).transpose().duplicate());
      tensors.put(prefix + "bias", layer.get("b"));
      return;
    }
    NDArray rule =
        layer.containsKey("phm_rule")
            ? layer.get("phm_rule")
            : TorchFunctions.factorProduct(
                layer.get("phm_rule_left"), layer.get("phm_rule_right")); // (n, n, n)
    n = Math.toIntExact(rule.getShape().get(0));
    tensors.put(
        sharedRule
            ? model.root() + "shared_parameters." + info.task() + ".phm_rule"
            : prefix + "phm_rule",
        rule);
    if (left == null) {
      tensors.put(prefix + "W", layer.get("W"));
    } else {
      rank = Math.toIntExact(left.getShape().get(2));
      tensors.put(prefix + "W_left", left);
      tensors.put(prefix + "W_right", right);
    }
    tensors.put(prefix + "b", layer.get("b"));
  }

  private boolean isBehind(SubLayer subLayer) {
    return adapters.keySet().stream().anyMatch(site -> site.subLayer() == subLayer);
  }

  /** The library's own variant takes the exact GELU, in every network. */
  private boolean hasExactGelu() {
    return "adapterhub".equals(MethodSpec.parse(info.spec()).options().get("variant"));
  }

  private void writeConfig(Path file) {
    ObjectNode root = Json.mapper().createObjectNode();
    ObjectNode adapter = root.putObject("config");
    adapter.put("adapter_residual_before_ln", false);
    adapter.put("cross_adapter", isBehind(SubLayer.CROSS_ATTENTION));
    adapter.put("factorized_phm_W", rank > 0);
    adapter.put("factorized_phm_rule", false);
    adapter.put("inv_adapter", (String) null);
    for (int block = 0;
        block < anatomy.stacks().stream().mapToInt(anatomy::blocks).sum();
        block++) {
      addIfEmpty(adapter, block);
    }
    adapter.put("ln_after", false);
    adapter.put("ln_before", false);
    adapter.put("mh_adapter", isBehind(SubLayer.SELF_ATTENTION));
    adapter.put("non_linearity", hasExactGelu() ? "gelu" : "gelu_new");
    adapter.put("original_ln_after", true);
    // Whether the adapter's input has the residual stream in it: not so in the paper.
    adapter.put("original_ln_before", behindSum);
    adapter.put("output_adapter", isBehind(SubLayer.FEED_FORWARD));
    adapter.put("phm_bias", true);
    adapter.put("phm_dim", Math.max(n, 1));
    adapter.put("phm_layer", n > 0);
    adapter.put("phm_rank", Math.max(rank, 1));
    // The library takes floor(d / factor), which for this factor is the bottleneck.
    adapter.put("reduction_factor", anatomy.width() / (bottleneck + 0.5));
    adapter.put("residual_before_ln", true);
    adapter.put("shared_W_phm", false);
    adapter.put("shared_phm_rule", sharedRule);
    root.put("hidden_size", anatomy.width());
    root.put("model_class", model.modelClass());
    root.put("model_name", info.model().name());
    root.put("model_type", model.modelType());
    root.put("name", info.task());
    root.put("version", VERSION);
    Json.write(file, root);
  }

  /** The library counts the encoder's blocks, then the decoder's. */
  private void addIfEmpty(ObjectNode adapter, int block) {
    if (adapters.keySet().stream().noneMatch(site -> block == number(site))) {
      adapter.withArray("leave_out").add(block);
    }
  }

  private int number(Place site) {
    return site.stack() == Stack.ENCODER
        ? site.block()
        : anatomy.blocks(Stack.ENCODER) + site.block();
  }

  private void writeLoader(Path file) {
    Map<String, String> values = new TreeMap<>(model.values());
    values.put("SPEC", info.spec());
    values.put("BASE", info.model().name());
    values.put("SHA256", info.model().sha256());
    ExportFolder.writeScript(model.script(), values, file);
  }
}
