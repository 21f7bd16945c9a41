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
    JsonNode root;
    try {
      root = Json.mapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UserException(file + ": expected a JSON tokenizer", e);
    }
    JsonNode added = root.path("added_tokens");
    int pieces = root.path("model").path("vocab").size();
    int largest = pieces - 1;
    for (JsonNode token : added) {
      largest = Math.max(largest, token.path("id").asInt());
    }
    return new Vocabulary(
        largest + 1, id(file, added, "<pad>"), id(file, added, "</s>"), id(file, added, "<unk>"));
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
