package io.github.compacter4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What a command did. */
record Answer(int status, String out, String err) {
  static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Runs a command in this process. */
  static Answer here(String... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    int status;
    try {
      System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
      status = Main.run(arguments);
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    return new Answer(
        status,
        outBytes.toString(StandardCharsets.UTF_8),
        errBytes.toString(StandardCharsets.UTF_8));
  }

  JsonNode json() {
    assertEquals(0, status, err);
    return document();
  }

  /** The one JSON document of standard output, whatever the status. */
  JsonNode document() {
    try {
      return JSON.readTree(out);
    } catch (IOException e) {
      throw new AssertionError("not one JSON document: " + out, e);
    }
  }

  /** The one line of standard error, which is no stack trace. */
  String errorLine(int expectedStatus) {
    assertEquals("", out);
    return errorLineBesideOutput(expectedStatus);
  }

  /** The same of a command that has told something on standard output first. */
  String errorLineBesideOutput(int expectedStatus) {
    assertEquals(expectedStatus, status, err);
    assertTrue(err.startsWith("compacter4j: ") && err.endsWith("\n"), err);
    assertEquals(1, err.lines().count(), err);
    assertFalse(err.contains("\tat ") || err.contains("Exception"), err);
    return err;
  }
}
