package io.github.compacter4j.checkpoint;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.AtomicFiles;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.model.Hooks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;

/** What all folders for Python have in common: what they refuse, and how their files are made. */
public final class ExportFolder {
  private static final String CONFIG = "config.json";

  private ExportFolder() {}

  /** Refuses a folder that has files. */
  public static void requireEmpty(Path out) {
    if (Files.exists(out) && (!Files.isDirectory(out) || !isEmpty(out))) {
      throw new UserException(out + ": exists and is not an empty folder");
    }
  }

  private static boolean isEmpty(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      throw new UserException(folder + ": cannot be read", e);
    }
  }

  /**
   * Refuses a network that has more than its own tensors, which is all that a model's folder holds.
   *
   * @param family the model, for instance {@code T5}
   * @param promptAdvice what can be done with a prompt instead; empty where there is nothing
   */
  static void requireTensorsAlone(Hooks hooks, String family, String promptAdvice) {
    String folder = "a " + family + " folder has no place for ";
    if (!hooks.layers().isEmpty() || !hooks.layersBehindSums().isEmpty()) {
      throw new UserException(folder + "adapters; export them with --format adapterhub");
    }
    if (hooks.hasBranches()) {
      throw new UserException(
          folder
              + "what stands beside its matrices or scales them; --merge makes it part of them,"
              + " --format peft keeps some of it apart");
    }
    if (hooks.hasLayersBeside()) {
      throw new UserException(
          folder + "layers beside its sub-layers or behind its embeddings; they cannot be merged");
    }
    if (hooks.hasBiases()) {
      throw new UserException(
          folder + "biases, which no layer of Hugging Face's " + family + " has");
    }
    if (hooks.hasPrefix()) {
      throw new UserException(folder + "a prompt" + promptAdvice);
    }
  }

  /** Writes tensors as PyTorch's users expect them. */
  public static void write(SortedMap<String, NDArray> tensors, Path file) {
    write(tensors, StoredTypes.AS_IN_MEMORY, file);
  }

  /** Writes tensors, each in the type that is given for it. */
  static void write(SortedMap<String, NDArray> tensors, StoredTypes types, Path file) {
    AtomicFiles.write(
        file, stream -> SafetensorsWriter.write(tensors, Map.of("format", "pt"), types, stream));
  }

  /** The base model's configuration, to be changed and written. */
  static ObjectNode readConfig(Path base) {
    Path source = base.resolve(CONFIG);
    try {
      return (ObjectNode) Json.mapper().readTree(source.toFile());
    } catch (IOException e) {
      throw new UserException(source + ": cannot be read", e);
    }
  }

  /** Writes a model's configuration; weights that are not in the base's types are in float32. */
  static void writeConfig(ObjectNode config, StoredTypes types, Path out) {
    if (types.byName().isEmpty()) {
      config.remove("dtype");
      config.put("torch_dtype", "float32");
    }
    Json.write(out.resolve(CONFIG), config);
  }

  /** Copies those of the files that the base model has. */
  static void copy(Path base, List<String> names, Path out) {
    for (String name : names) {
      Path from = base.resolve(name);
      if (Files.exists(from)) {
        AtomicFiles.write(out.resolve(name), stream -> Files.copy(from, stream));
      }
    }
  }

  /**
   * Writes a script from one of the program's files.
   *
   * @param values what stands there for each {@code @NAME@}, by the name
   */
  public static void writeScript(String template, Map<String, String> values, Path file) {
    String text = resource(template);
    for (Map.Entry<String, String> value : values.entrySet()) {
      text = text.replace("@" + value.getKey() + "@", value.getValue());
    }
    AtomicFiles.write(file, text);
  }

  /** The text of one of the program's files. */
  public static String resource(String name) {
    try (InputStream stream = ExportFolder.class.getResourceAsStream(name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(name + " is not in the program's files", e);
    }
  }
}
