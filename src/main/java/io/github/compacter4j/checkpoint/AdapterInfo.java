package io.github.compacter4j.checkpoint;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * What {@code adapter.json} says of the tensors in {@code adapter.safetensors} beside it.
 *
 * @param schema version of this form
 * @param spec the method in canonical form, resolved for the base model
 * @param model the base model
 * @param task the task's name, which is also the adapter's in names of tensors
 * @param seed of what a method draws and no file holds: SAID's projections, an A that does not
 *     train
 * @param metrics scores on the validation rows, in percent; empty where they are not known
 * @param taskFile where no run beside it tells: the YAML file that defines the task; empty for none
 */
public record AdapterInfo(
    int schema,
    String spec,
    Base model,
    String task,
    long seed,
    Map<String, Double> metrics,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String taskFile) {
  /** The current form. */
  public static final int SCHEMA = 1;

  /** Name of the file. */
  public static final String FILE = "adapter.json";

  private static final ObjectReader STRICT =
      Json.mapper()
          .readerFor(AdapterInfo.class)
          .with(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .with(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

  /**
   * The base model.
   *
   * @param name as asked for
   * @param sha256 fingerprint of its tensors
   */
  public record Base(String name, String sha256) {}

  /** In the current form. */
  public AdapterInfo(String spec, Base model, String task, long seed, Map<String, Double> metrics) {
    this(SCHEMA, spec, model, task, seed, metrics, "");
  }

  /** A copy of this adapter's description with other scores. */
  public AdapterInfo withMetrics(Map<String, Double> other) {
    return new AdapterInfo(schema, spec, model, task, seed, other, taskFile);
  }

  /** A copy that tells where its task is defined. */
  public AdapterInfo withTaskFile(String file) {
    return new AdapterInfo(schema, spec, model, task, seed, metrics, file);
  }

  /**
   * Reads the file.
   *
   * @throws UserException if it cannot be read, lacks a field or is of a later form
   */
  public static AdapterInfo read(Path file) {
    try {
      JsonNode json = Json.mapper().readTree(file.toFile());
      if (json.path("schema").asInt() != SCHEMA) {
        throw new UserException(
            file + ": schema is " + json.path("schema") + ", this version reads " + SCHEMA);
      }
      if (json instanceof ObjectNode object && !object.has("taskFile")) {
        object.put("taskFile", "");
      }
      return STRICT.readValue(json);
    } catch (IOException e) {
      throw new UserException(file + ": not a readable description of an adapter", e);
    }
  }

  /** Writes the file; equal values give equal bytes. */
  public void write(Path file) {
    Json.write(file, this);
  }

  /**
   * Refuses a base model other than the one the adapter was trained on.
   *
   * @param where the adapter's folder
   * @throws UserException with both fingerprints
   */
  public void requireBase(Path where, Base other) {
    if (!model.sha256().equals(other.sha256())) {
      throw new UserException(
          "%s: trained on %s with fingerprint %s; %s has %s; --force (in Java force=true) loads it all the same"
              .formatted(where, model.name(), model.sha256(), other.name(), other.sha256()));
    }
  }
}
