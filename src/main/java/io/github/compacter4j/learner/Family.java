package io.github.compacter4j.learner;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.bert.BertConfig;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.run.EncoderProtocol;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.tasks.TaskSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A family of models, known without loading a network. */
public enum Family {
  /** Text-to-text models. */
  T5 {
    @Override
    public List<String> protocols() {
      return Protocol.NAMES;
    }

    @Override
    public String usualProtocol(String model) {
      return model.equals(ModelFiles.BUNDLED) ? "small" : "paper";
    }

    @Override
    public Protocol protocol(String name, MethodSpec method, TaskSpec task) {
      return Protocol.named(name, method, task);
    }
  },
  /** BERT, RoBERTa and what has their form. */
  ENCODER {
    @Override
    public List<String> protocols() {
      return EncoderProtocol.NAMES;
    }

    @Override
    public String usualProtocol(String model) {
      return EncoderProtocol.NAMES.get(0);
    }

    @Override
    public Protocol protocol(String name, MethodSpec method, TaskSpec task) {
      return EncoderProtocol.named(name, method);
    }
  };

  /** The names of the family's protocols. */
  public abstract List<String> protocols();

  /** The name of the protocol that a model of the family takes where none is asked for. */
  public abstract String usualProtocol(String model);

  /**
   * A protocol of the family.
   *
   * @param method the method's name
   * @throws UserException (wrong usage) for a name that the family has not
   */
  public abstract Protocol protocol(String name, MethodSpec method, TaskSpec task);

  /**
   * The family of a model by the name that a user writes.
   *
   * @throws UserException where nothing is known of it, also not on the hub
   */
  public static Family of(String model) {
    if (T5Config.named().containsKey(model)) {
      return T5;
    }
    return BertConfig.named().containsKey(model) ? ENCODER : in(ModelFiles.find(model));
  }

  /**
   * The sizes of a model by the name that a user writes; of a model that is there, as its {@code
   * config.json} has them.
   *
   * @throws UserException where nothing is known of it, also not on the hub
   */
  public static Anatomy anatomy(String model) {
    if (T5Config.named().containsKey(model)) {
      return T5Config.named(model);
    }
    if (BertConfig.named().containsKey(model)) {
      return BertConfig.named(model);
    }
    Path config = ModelFiles.find(model).resolve("config.json");
    return ofConfig(config) == ENCODER ? BertConfig.read(config) : T5Config.read(config);
  }

  /**
   * The family of the model in a folder, by its {@code model_type}.
   *
   * @throws UserException where there is none, or it is of no family that is known
   */
  static Family in(Path folder) {
    Path file = folder.resolve("config.json");
    if (!Files.isRegularFile(file)) {
      throw new UserException(folder + ": no model here, config.json is missing");
    }
    return ofConfig(file);
  }

  /**
   * The family of a {@code config.json}, by its {@code model_type}.
   *
   * @throws UserException where it cannot be read, or is of no family that is known
   */
  public static Family ofConfig(Path file) {
    JsonNode type = Json.config(file).path("model_type");
    if (BertConfig.isOfType(type.asText())) {
      return ENCODER;
    }
    if (type.isMissingNode() || type.asText().equals("t5")) {
      return T5;
    }
    throw new UserException(
        "%s: model_type is '%s', expected t5, or an encoder's: bert, roberta or xlm-roberta"
            .formatted(file, Names.shortened(type.asText())));
  }
}
