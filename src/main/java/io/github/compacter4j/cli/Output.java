package io.github.compacter4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import picocli.CommandLine.Option;

/** The option {@code --json}: one document on standard output and nothing else. */
final class Output {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  @Option(names = "--json", description = "Print one JSON document and nothing else.")
  boolean json;

  /** Prints the value as JSON, or the text for people. */
  void print(Object value, String text) {
    try {
      System.out.println(json ? JSON.writeValueAsString(value) : text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
