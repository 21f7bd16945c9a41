package io.github.compacter4j.checkpoint.peft;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What an {@code adapter_config.json} says.
 *
 * @param file where it says so
 */
record PeftConfig(Path file, JsonNode json) {
  /** Name of the file. */
  static final String FILE = "adapter_config.json";

  /** Settings that change nothing of a trained adapter, or that its tensors tell as well. */
  private static final List<String> WITHOUT_EFFECT =
      List.of(
          "auto_mapping",
          "base_model_name_or_path",
          "corda_config",
          "eva_config",
          "exclude_modules",
          "inference_mode",
          "init_ia3_weights",
          "init_weights",
          "layers_pattern",
          "layers_to_transform",
          "lora_ga_config",
          "modules_to_save",
          "peft_type",
          "peft_version",
          "revision",
          "target_modules",
          "task_type",
          "use_effective_conv2d");

  /** What {@code task_type} may say: nothing, an encoder, an encoder with its head, a T5. */
  private static final List<String> TASK_TYPES =
      List.of("", "FEATURE_EXTRACTION", "SEQ_CLS", "SEQ_2_SEQ_LM");

  /** Of these peft adds both, and a model has one. */
  private static final Set<String> HEADS = Set.of("classifier", "score");

  /** Defaults of settings that other settings switch on. */
  private static final Map<String, String> IDLE =
      Map.of(
          "beta1",
          "0.85",
          "beta2",
          "0.85",
          "bias",
          "none",
          "megatron_core",
          "megatron.core",
          "qalora_group_size",
          "16");

  /**
   * Reads a folder's configuration.
   *
   * @throws UserException if there is none, or it cannot be read
   */
  static PeftConfig read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new UserException(folder + ": no adapter of peft here, " + FILE + " is missing");
    }
    return new PeftConfig(file, Json.config(file));
  }

  /** The method as peft calls it. */
  String type() {
    return json.path("peft_type").asText();
  }

  /** The base model's name or folder, where it is told. */
  Optional<String> base() {
    return Optional.ofNullable(json.path("base_model_name_or_path").asText(null))
        .filter(name -> !name.isBlank());
  }

  /** The base model's revision on the hub, where it is not the usual one. */
  Optional<String> revision() {
    return Optional.of(text("revision")).filter(name -> !name.isEmpty() && !name.equals("main"));
  }

  /**
   * Refuses an adapter of another kind of model than those here.
   *
   * @throws UserException naming the kind
   */
  void requireKnownTask() {
    String kind = text("task_type");
    if (!TASK_TYPES.contains(kind)) {
      throw new UserException(
          "%s: task_type is %s; adapters of sentence classifiers (SEQ_CLS), of encoders without a head (FEATURE_EXTRACTION) and of T5 (SEQ_2_SEQ_LM) are imported"
              .formatted(file, Names.shortened(kind)));
    }
  }

  /**
   * Refuses a folder whose tensors lack a module that was trained as a whole.
   *
   * @param isThere whether there is a tensor of a module
   * @throws UserException naming the module
   */
  void requireSaved(Predicate<String> isThere) {
    Set<String> modules = new TreeSet<>();
    json.path("modules_to_save").forEach(module -> modules.add(module.asText()));
    if (modules.stream().anyMatch(module -> HEADS.contains(module) && isThere.test(module))) {
      modules.removeAll(HEADS);
    }
    modules.stream()
        .filter(module -> !isThere.test(module))
        .findFirst()
        .ifPresent(
            module -> {
              throw new UserException(
                  "%s: modules_to_save names %s, of which %s has no tensor; peft drops such modules where it converts a start; without that entry the base model's own is taken, or a new head"
                      .formatted(file, module, PeftNames.TENSORS));
            });
  }

  /** This configuration without some settings. */
  PeftConfig without(List<String> settings) {
    ObjectNode copy = json.deepCopy();
    return new PeftConfig(file, copy.remove(settings));
  }

  /** Of some settings those that are switched on, with their values. */
  List<String> switchedOn(List<String> settings) {
    return json.properties().stream()
        .filter(setting -> settings.contains(setting.getKey()) && !isIdle(setting))
        .map(setting -> setting.getKey() + " " + setting.getValue())
        .toList();
  }

  /** A positive whole number. */
  int positive(String setting) {
    return Json.positive(json, setting, file.toString());
  }

  /** A number above zero. */
  double number(String setting) {
    double value = json.path(setting).asDouble();
    if (!(value > 0)) {
      throw new UserException(
          "%s: %s is %s, expected a positive number"
              .formatted(file, setting, json.path(setting).toString()));
    }
    return value;
  }

  /** A number, zero where it is missing. */
  double fromZero(String setting) {
    return json.path(setting).asDouble();
  }

  /** Whether a setting is on. */
  boolean flag(String setting) {
    return json.path(setting).asBoolean();
  }

  /** A setting's text as it stands; empty where it is missing. */
  String text(String setting) {
    return json.path(setting).asText("");
  }

  /**
   * This configuration, if it sets nothing but what is known.
   *
   * @throws UserException naming another setting that is switched on
   */
  PeftConfig allow(String... known) {
    for (Map.Entry<String, JsonNode> setting : json.properties()) {
      String name = setting.getKey();
      if (!List.of(known).contains(name) && !WITHOUT_EFFECT.contains(name) && !isIdle(setting)) {
        throw new UserException(
            "%s: %s is %s, which no option of a method here means; only adapters without it are imported"
                .formatted(file, name, setting.getValue()));
      }
    }
    return this;
  }

  private static boolean isIdle(Map.Entry<String, JsonNode> setting) {
    JsonNode value = setting.getValue();
    return value.isNull()
        || value.isContainerNode() && value.isEmpty()
        || value.isNumber() && value.asDouble() == 0
        || value.isBoolean() && !value.asBoolean()
        || value.asText().equals(IDLE.get(setting.getKey()));
  }
}
