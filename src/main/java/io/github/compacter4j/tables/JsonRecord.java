package io.github.compacter4j.tables;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * An object of a JSON line; what it lacks or has wrong is told with its place.
 *
 * @param node the object
 * @param place its path in the line's object, with a dot behind it; empty for the whole
 */
public record JsonRecord(JsonNode node, String place) {

  /** Whether the key is there. */
  public boolean has(String key) {
    return node.has(key);
  }

  /** A text. */
  public String text(String key) {
    JsonNode value = required(key, "a text");
    return wellFormed(key, value, value.isTextual(), "a text");
  }

  /** A text or a number as it is written, or an array of texts, which stays JSON. */
  public String cell(String key) {
    JsonNode value = required(key, "a text");
    if (value.isArray()) {
      return Json.line(texts(key));
    }
    return wellFormed(key, value, value.isTextual() || isFinite(value), "a text");
  }

  /** A label: a text, a number, true or false. */
  public String label(String key) {
    JsonNode value = required(key, "a label");
    boolean given = value.isTextual() || value.isBoolean() || isFinite(value);
    return wellFormed(key, value, given, "a label");
  }

  /** NaN and infinities are read, as Python writes them, and are no numbers. */
  private static boolean isFinite(JsonNode value) {
    return value.isNumber() && Double.isFinite(value.doubleValue());
  }

  /** A whole number from 0. */
  public int whole(String key) {
    JsonNode value = required(key, "a whole number");
    if (!value.isInt() || value.intValue() < 0) {
      throw mistake(key, "a whole number from 0", value);
    }
    return value.intValue();
  }

  /** An object within. */
  public JsonRecord object(String key) {
    JsonNode value = required(key, "an object");
    if (!value.isObject()) {
      throw mistake(key, "an object", value);
    }
    return new JsonRecord(value, place + key + ".");
  }

  /** The objects of an array. */
  public List<JsonRecord> objects(String key) {
    List<JsonRecord> objects = new ArrayList<>();
    for (JsonNode value : array(key)) {
      String at = key + "[" + objects.size() + "]";
      if (!value.isObject()) {
        throw mistake(at, "an object", value);
      }
      objects.add(new JsonRecord(value, place + at + "."));
    }
    return objects;
  }

  private List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    for (JsonNode value : array(key)) {
      String at = key + "[" + texts.size() + "]";
      texts.add(wellFormed(at, value, value.isTextual(), "a text"));
    }
    return texts;
  }

  private JsonNode array(String key) {
    JsonNode value = required(key, "an array");
    if (!value.isArray()) {
      throw mistake(key, "an array", value);
    }
    return value;
  }

  private JsonNode required(String key, String what) {
    JsonNode value = node.get(key);
    if (value == null) {
      throw new UserException("expected %s '%s%s', found none".formatted(what, place, key));
    }
    return value;
  }

  private String wellFormed(String key, JsonNode value, boolean right, String what) {
    if (!right) {
      throw mistake(key, what, value);
    }
    String text = value.asText();
    if (text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
      throw new UserException(
          "'%s%s': expected text, found half a character".formatted(place, key));
    }
    return text;
  }

  private UserException mistake(String key, String what, JsonNode found) {
    return new UserException(
        "'%s%s': expected %s, found %s".formatted(place, key, what, shortened(found)));
  }

  /** JSON for a message, cut where it is long. */
  static String shortened(JsonNode found) {
    return Names.shortened(found.toString());
  }
}
