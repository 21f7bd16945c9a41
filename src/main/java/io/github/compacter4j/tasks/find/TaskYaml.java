package io.github.compacter4j.tasks.find;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.YamlFile;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The lines of YAML by which a user defines a task.
 *
 * @param name a word, for run folders and tables
 * @param template the pattern of the source
 * @param files the file of each split, beside the definition
 * @param file the one file that is split
 * @param split the rule: as-is, half, 1k or tenths; what the files suggest where missing
 * @param label the label's column; "label" where missing
 * @param labels the classes as they stand in the files
 * @param score the range of a score, instead of classes
 * @param metrics their names
 * @param pair the columns of each of the one or two texts that an encoder reads; the usual ones
 *     where missing
 * @param source a note on where the data are from
 */
public record TaskYaml(
    @JsonProperty(required = true) String name,
    @JsonProperty(required = true) String template,
    Map<String, String> files,
    String file,
    String split,
    String label,
    List<String> labels,
    Range score,
    @JsonProperty(required = true) List<String> metrics,
    List<List<String>> pair,
    String source) {
  /**
   * A score's range.
   *
   * @param from the lowest
   * @param to the highest
   * @param step what scores are rounded to
   */
  public record Range(
      @JsonProperty(required = true) double from,
      @JsonProperty(required = true) double to,
      @JsonProperty(required = true) double step) {}

  /**
   * Reads a definition.
   *
   * @throws UserException naming the file and what is wrong with it
   */
  public static TaskYaml read(Path file) {
    return YamlFile.read(file, TaskYaml.class, "defines a task");
  }

  /**
   * The form of the data that a definition describes.
   *
   * @throws UserException naming the file and what is wrong with it
   */
  static Edition edition(Path file) {
    TaskYaml yaml = read(file);
    try {
      return yaml.edition();
    } catch (UserException e) {
      throw new UserException(file + ": " + e.getMessage());
    }
  }

  /**
   * The form in which the data are there.
   *
   * @throws UserException without the definition's name, where its keys contradict each other
   */
  public Edition edition() {
    if ((files == null) == (file == null)) {
      throw new UserException("expected either files, one a split, or one file");
    }
    Map<Split, TaskFile> named = new EnumMap<>(Split.class);
    if (file != null) {
      named.put(Split.TRAIN, file(file));
    } else {
      files.forEach((key, value) -> named.put(Split.parse(key), file(value)));
    }
    return Edition.own(
        SplitRule.of(split, named.keySet()), named, Objects.requireNonNullElse(source, "own data"));
  }

  private static TaskFile file(String name) {
    try {
      return TaskFile.of(Path.of(Objects.toString(name, "")).toString(), 0);
    } catch (InvalidPathException e) {
      throw new UserException("files: expected the name of a file, found " + Names.shortened(name));
    }
  }
}
