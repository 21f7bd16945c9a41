package io.github.compacter4j.files;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.JacksonYAMLParseException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * A file of YAML as its user writes it: one object whose keys are the components of a record. One
 * value may stand for a list of one.
 */
public final class YamlFile {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
          .build();

  /** Between the names of a key and of one inside it; no name has it. */
  private static final String INSIDE = "\n";

  private YamlFile() {}

  /**
   * Reads a file.
   *
   * @param type a record; the keys that must be there are marked as required
   * @param does what the file does, such as {@code defines a task}
   * @throws UserException naming the file, the line where it is known, the key, and what was
   *     expected
   */
  public static <T extends Record> T read(Path file, Class<T> type, String does) {
    if (!Files.isRegularFile(file)) {
      throw new UserException(
          "%s: expected a YAML file that %s, found none"
              .formatted(file.toAbsolutePath().normalize(), does));
    }
    String text = text(file);
    JsonNode tree = tree(file, text);
    Map<String, Integer> lines = lines(text);
    requireKnown(file, lines, type);
    requireAll(file, tree, keys(type, true), does);
    try {
      return YAML.readValue(text, type);
    } catch (JsonMappingException e) {
      throw wrongValue(file, lines, type, tree, e);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // the tree was read from the same text
    }
  }

  /** Keys stand in the lines as their names, those inside a key behind its name. */
  private static void requireKnown(Path file, Map<String, Integer> lines, Class<?> type) {
    for (Map.Entry<String, Integer> line : lines.entrySet()) {
      String[] names = line.getKey().split(INSIDE, 2);
      Class<?> of = names.length == 1 ? type : section(type, names[0]);
      List<String> known = of == null ? List.of() : keys(of, false);
      String name = names[names.length - 1];
      if (of != null && !known.contains(name)) {
        throw UserException.inLine(
            file, line.getValue(), Names.unknown("key", name, known).getMessage());
      }
    }
  }

  /** The record that a key holds; null where it holds something else. */
  private static Class<?> section(Class<?> type, String key) {
    return Arrays.stream(type.getRecordComponents())
        .filter(component -> component.getName().equals(key))
        .map(RecordComponent::getType)
        .filter(Class::isRecord)
        .findFirst()
        .orElse(null);
  }

  private static UserException wrongValue(
      Path file,
      Map<String, Integer> lines,
      Class<?> type,
      JsonNode tree,
      JsonMappingException problem) {
    String key = problem.getPath().get(0).getFieldName();
    Class<?> section = section(type, key);
    if (section != null && problem.getPath().size() > 1) {
      String inner = problem.getPath().get(1).getFieldName();
      Integer line = lines.get(key + INSIDE + inner);
      if (line != null) { // else it is missing
        String wrong = wrongKind(key + "." + inner, inner, section, tree.get(key).get(inner));
        return UserException.inLine(file, line, wrong);
      }
    }
    if (problem.getCause() instanceof UserException mistake) {
      return UserException.inLine(file, lines.getOrDefault(key, 1), mistake.getMessage());
    }
    return UserException.inLine(file, lines.get(key), wrongKind(key, key, type, tree.get(key)));
  }

  private static void requireAll(Path file, JsonNode tree, List<String> required, String does) {
    for (String key : required) {
      if (!tree.hasNonNull(key)) {
        String expected =
            "expected YAML that %s by the keys %s".formatted(does, String.join(", ", required));
        String found =
            tree.isObject()
                ? "no '" + key + "'"
                : tree.isMissingNode() || tree.isNull()
                    ? "nothing"
                    : Names.shortened(tree.toString());
        throw new UserException("%s: %s; found %s".formatted(file, expected, found));
      }
    }
  }

  private static String text(Path file) {
    List<String> lines = new ArrayList<>();
    try (LineReader reader = new LineReader(file)) {
      for (String line = reader.next(); line != null; line = reader.next()) {
        lines.add(line);
      }
    }
    return String.join("\n", lines);
  }

  /**
   * The lines of the outermost keys, from 1, of a file that was read before.
   *
   * @throws UserException if it cannot be read any more
   */
  public static Map<String, Integer> lines(Path file) {
    return lines(text(file));
  }

  /** The lines of the keys, from 1; of the outermost ones and the next. */
  private static Map<String, Integer> lines(String text) {
    Map<String, Integer> lines = new LinkedHashMap<>();
    try (JsonParser parser = YAML.createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.FIELD_NAME) {
          JsonStreamContext outer = parser.getParsingContext().getParent();
          int line = parser.currentTokenLocation().getLineNr();
          if (outer.inRoot()) {
            lines.put(parser.currentName(), line);
          } else if (outer.inObject() && outer.getParent().inRoot()) {
            lines.put(outer.getCurrentName() + INSIDE + parser.currentName(), line);
          }
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e); // the tree was read from the same text
    }
    return lines;
  }

  private static JsonNode tree(Path file, String text) {
    try {
      return YAML.reader().readTree(text);
    } catch (JacksonYAMLParseException e) {
      throw UserException.inLine(
          file, line(e), "expected YAML: lines of 'key: value', brackets and quotes closed");
    } catch (JsonMappingException e) {
      throw UserException.inLine(
          file, line(e), "expected the end of the file behind the one document");
    } catch (JsonProcessingException e) {
      throw UserException.inLine(
          file, line(e), "expected each key once; one in this line is there twice");
    }
  }

  /** From 1. */
  private static long line(JsonProcessingException e) {
    return e.getCause() instanceof MarkedYAMLException cause && cause.getProblemMark() != null
        ? cause.getProblemMark().getLine() + 1
        : e.getLocation().getLineNr();
  }

  private static String wrongKind(String path, String key, Class<?> type, JsonNode found) {
    Type kind =
        Arrays.stream(type.getRecordComponents())
            .filter(component -> component.getName().equals(key))
            .findFirst()
            .orElseThrow()
            .getGenericType();
    return "%s: expected %s, found %s"
        .formatted(path, words(kind), Names.shortened(String.valueOf(found)));
  }

  private static String words(Type kind) {
    if (kind instanceof Class<?> type) {
      return type.isRecord()
          ? "the keys " + String.join(", ", keys(type, !keys(type, true).isEmpty()))
          : Kinds.of(type).orElse("a value");
    }
    Type[] of = ((ParameterizedType) kind).getActualTypeArguments();
    return of.length == 1
        ? words(of[0]) + ", or a list of such"
        : "keys, each with " + words(of[1]);
  }

  private static List<String> keys(Class<?> type, boolean required) {
    return Arrays.stream(type.getRecordComponents())
        .filter(c -> !required || c.getAccessor().isAnnotationPresent(JsonProperty.class))
        .map(RecordComponent::getName)
        .toList();
  }
}
