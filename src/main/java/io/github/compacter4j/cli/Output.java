package io.github.compacter4j.cli;

import io.github.compacter4j.files.Json;
import picocli.CommandLine.Option;

/** The option {@code --json}: one document on standard output and nothing else. */
final class Output {
  @Option(names = "--json", description = "Print one JSON document and nothing else.")
  boolean json;

  /** Prints the value as JSON, or the text for people. */
  void print(Object value, String text) {
    System.out.println(json ? Json.text(value) : text);
  }
}
