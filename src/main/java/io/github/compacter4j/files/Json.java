package io.github.compacter4j.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** JSON as the whole program reads and writes it: the keys of maps are sorted. */
public final class Json {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
  private static final ObjectWriter PRETTY = MAPPER.writerWithDefaultPrettyPrinter();

  private Json() {}

  /** The mapper of all; who needs other features takes a reader or a writer from it. */
  public static ObjectMapper mapper() {
    return MAPPER;
  }

  /** A writer for people's eyes: a line a value, indented. */
  public static ObjectWriter pretty() {
    return PRETTY;
  }

  /** Replaces a file by a value's indented JSON and a line feed. */
  public static void write(Path file, Object value) {
    AtomicFiles.write(file, text(value) + "\n");
  }

  /** A value's indented JSON. */
  public static String text(Object value) {
    return text(PRETTY, value);
  }

  /** A value's JSON in one line. */
  public static String line(Object value) {
    return text(MAPPER.writer(), value);
  }

  private static String text(ObjectWriter writer, Object value) {
    try {
      return writer.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A value as a tree. */
  public static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** Reads a file. */
  public static <T> T read(Path file, Class<T> type) {
    return read(file, type, List.of());
  }

  /** Reads a file that must have a value at each of the JSON pointers. */
  public static <T> T read(Path file, Class<T> type, List<String> required) {
    Disguise.refuse(file);
    try {
      JsonNode tree = MAPPER.readTree(file.toFile());
      for (String pointer : required) {
        JsonNode value = tree.at(pointer);
        if (value.isMissingNode() || value.isNull()) {
          throw new UserException(file + ": " + pointer.substring(1) + " is missing");
        }
      }
      return MAPPER.treeToValue(tree, type);
    } catch (IOException e) {
      throw new UserException(file + ": cannot be read", e);
    }
  }

  /** The tree of a configuration, such as a model's {@code config.json}. */
  public static JsonNode config(Path file) {
    Disguise.refuse(file);
    try {
      return MAPPER.readTree(file.toFile());
    } catch (IOException e) {
      throw new UserException(file + ": not a readable " + file.getFileName(), e);
    }
  }

  /**
   * A field that must hold a positive whole number; {@code where} names the document in errors.
   *
   * @throws UserException naming the field and what it holds
   */
  public static int positive(JsonNode json, String field, String where) {
    JsonNode value = json.path(field);
    if (!value.canConvertToInt() || value.asInt() <= 0) {
      throw new UserException(
          where
              + ": "
              + field
              + " is "
              + Names.shortened(value.toString())
              + ", expected a positive integer");
    }
    return value.asInt();
  }

  /** A copy of a record with another value of one component; {@code what} names it in errors. */
  @SuppressWarnings("unchecked")
  public static <T extends Record> T with(T record, String what, String component, Object value) {
    ObjectNode tree = MAPPER.valueToTree(record);
    List<String> known =
        Arrays.stream(record.getClass().getRecordComponents())
            .map(RecordComponent::getName)
            .toList();
    if (!known.contains(component)) {
      throw Names.unknown(what, component, known);
    }
    tree.set(component, MAPPER.valueToTree(value));
    try {
      return (T) MAPPER.treeToValue(tree, record.getClass());
    } catch (ValueInstantiationException e) {
      throw (e.getCause() instanceof UserException mistake)
          ? mistake
          : new IllegalStateException(e);
    } catch (JsonProcessingException e) {
      throw UserException.usage(
          "%s %s: expected %s, found '%s'"
              .formatted(
                  what,
                  component,
                  kind(record.getClass(), component),
                  Names.shortened(String.valueOf(value))));
    }
  }

  private static String kind(Class<?> record, String component) {
    return Arrays.stream(record.getRecordComponents())
        .filter(each -> each.getName().equals(component))
        .flatMap(each -> Kinds.of(each.getType()).stream())
        .findFirst()
        .orElse("another value");
  }
}
