package io.github.compacter4j.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Json;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What DJL's tokenizer does not tell: the number of entries and the special ids.
 *
 * @param length entries, added ones included: the largest id plus one
 */
record Vocabulary(int length, int pad, int eos, int unk) {

  static Vocabulary read(Path file) {
    JsonNode root = parse(file);
    JsonNode added = root.path("added_tokens");
    return new Vocabulary(
        length(root), id(file, added, "<pad>"), id(file, added, "</s>"), id(file, added, "<unk>"));
  }

  /** The number of entries of any tokenizer, added ones included. */
  static int length(Path file) {
    return length(parse(file));
  }

  private static JsonNode parse(Path file) {
    try {
      return Json.mapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UserException(file + ": expected a JSON tokenizer", e);
    }
  }

  private static int length(JsonNode root) {
    int largest = root.path("model").path("vocab").size() - 1;
    for (JsonNode token : root.path("added_tokens")) {
      largest = Math.max(largest, token.path("id").asInt());
    }
    return largest + 1;
  }

  private static int id(Path file, JsonNode added, String token) {
    for (JsonNode entry : added) {
      if (entry.path("content").asText().equals(token)) {
        return entry.path("id").asInt();
      }
    }
    throw new UserException(
        "%s: expected a T5 tokenizer with the special token %s, found none".formatted(file, token));
  }
}
