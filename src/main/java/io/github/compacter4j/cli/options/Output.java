package io.github.compacter4j.cli.options;

import io.github.compacter4j.files.Json;
import picocli.CommandLine.Option;

/** The option {@code --json}: one document on standard output and nothing else. */
public final class Output {
  @Option(names = "--json", description = "Print one JSON document and nothing else.")
  boolean json;

  /** Whether the answer is to be JSON. */
  public boolean isJson() {
    return json;
  }

  /** Prints the value as JSON, or the text for people. */
  public void print(Object value, String text) {
    System.out.println(json ? Json.text(value) : text);
  }
}
