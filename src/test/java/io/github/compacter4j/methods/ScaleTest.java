package io.github.compacter4j.methods;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.UserException;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.parameters.ParameterCounter;
import io.github.compacter4j.train.AdamW;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The worked example of docs/adding-a-method.md does what the page says. */
class ScaleTest {
  private static final Path PAGE = Path.of("docs/adding-a-method.md");
  private static final Path FILE =
      Path.of("src/test/java/io/github/compacter4j/methods/Scale.java");

  private static Method parse(String spec) {
    return new Scale(MethodSpec.parse(spec));
  }

  @Test
  void thePageShowsTheCompiledFile() throws IOException {
    Matcher block =
        Pattern.compile("```java\n(package .*?)```", Pattern.DOTALL)
            .matcher(Files.readString(PAGE));
    assertTrue(block.find(), PAGE + " has no code block that starts with a package");
    assertEquals(Files.readString(FILE), block.group(1), "copy " + FILE + " into " + PAGE);
  }

  @Test
  void itTrainsAndGoesAway() {
    Method method = parse("scale");
    try (Tiny tiny = new Tiny(DataType.FLOAT64)) {
      double[] logits = tiny.logits();
      try (Adaptation adaptation = method.applyTo(tiny.network(), "task", 1)) {
        assertArrayEquals(logits, tiny.logits(), "ones change nothing");
        double before = tiny.loss();
        train(tiny, adaptation, 30);
        assertTrue(tiny.loss() < before - 0.1, before + " to " + tiny.loss());
      }
      assertArrayEquals(logits, tiny.logits(), "removed");
    }
  }

  private static void train(Tiny tiny, Adaptation adaptation, int steps) {
    try (AdamW optimiser = new AdamW(adaptation.trainable(), 1, 0)) {
      for (int step = 1; step <= steps; step++) {
        tiny.backward();
        optimiser.step(step, 0.05);
      }
    }
  }

  @Test
  void itsCountIsTheFormulas() {
    try (Tiny tiny = new Tiny(DataType.FLOAT64)) {
      Method method = parse("scale");
      var config = tiny.network().config();
      assertEquals(2 * 2 * 24, ParameterCounter.count(config, method).trainable());
      try (Adaptation adaptation = method.applyTo(tiny.network(), "task", 1)) {
        assertEquals(
            ParameterCounter.count(config, method), ParameterCounter.count(adaptation, method));
      }
    }
  }

  @Test
  void itsSpecReadsBack() {
    assertEquals(parse("scale"), new Scale(parse("scale").spec()));
    UserException error = assertThrows(UserException.class, () -> parse("scale[depth=2]"));
    assertTrue(error.getMessage().contains("'depth'; known: norms"), error.getMessage());
  }
}
