package io.github.compacter4j.checkpoint.peft;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
          "exclude_modules",
          "inference_mode",
          "init_ia3_weights",
          "init_weights",
          "layers_pattern",
          "layers_to_transform",
          "modules_to_save",
          "peft_type",
          "peft_version",
          "revision",
          "target_modules",
          "task_type");

  /** Defaults of settings that other settings switch on. */
  private static final Map<String, String> IDLE =
      Map.of("bias", "none", "megatron_core", "megatron.core", "qalora_group_size", "16");

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
    return json.path(setting).asText();
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
