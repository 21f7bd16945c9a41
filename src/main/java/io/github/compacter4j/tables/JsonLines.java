package io.github.compacter4j.tables;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import io.github.compacter4j.Reasons;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.files.LineReader;
import java.nio.file.Path;

/** A file with a JSON object a line, read strictly. */
final class JsonLines {
  private static final ObjectReader STRICT =
      Json.mapper()
          .reader()
          .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .with(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // Python's, in keys that nobody needs
          .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);

  private JsonLines() {}

  /**
   * Reads the wanted columns.
   *
   * @throws UserException naming file, line and reason where it is missing, without rows, not
   *     UTF-8, or a line is no JSON object of this layout and is refused
   */
  static Rows read(Path path, RecordLayout layout, WantedColumns columns, BrokenRows ifBroken) {
    Rows rows = new Rows(path, columns, ifBroken);
    try (LineReader lines = new LineReader(path)) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        try {
          for (String[] row : layout.rows(record(line), columns)) {
            rows.add(lines.number(), row);
          }
        } catch (JsonProcessingException e) {
          rows.meetBroken(
              lines.number(),
              "expected a JSON object, found a mistake at column %d: %s"
                  .formatted(e.getLocation().getColumnNr(), Reasons.ofText(e)));
        } catch (UserException e) {
          rows.meetBroken(lines.number(), e.getMessage());
        }
      }
      return rows.done(lines.sha256());
    }
  }

  private static JsonRecord record(String line) throws JsonProcessingException {
    if (line.stripLeading().startsWith("[")) {
      throw new UserException("found a JSON array; expected one object a line, without brackets");
    }
    JsonNode node = STRICT.readTree(line);
    if (!node.isObject()) {
      throw new UserException(
          "expected a JSON object, found "
              + (line.isBlank() ? "nothing" : JsonRecord.shortened(node)));
    }
    return new JsonRecord(node, "");
  }
}
