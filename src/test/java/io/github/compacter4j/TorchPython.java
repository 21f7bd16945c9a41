package io.github.compacter4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Python with torch and its friends, which is no part of the tests' usual set-up. */
public final class TorchPython {
  private TorchPython() {}

  /** How a Python process ended, and what it wrote. */
  public record Answer(int status, String out, String errors) {}

  /** Like {@link #run}, but another exit status than 0 fails the test; gives standard output. */
  public static String output(List<String> packages, Path folder, Object... arguments)
      throws IOException, InterruptedException {
    Answer answer = run(packages, folder, arguments);
    assertEquals(0, answer.status(), answer.errors());
    return answer.out();
  }

  /**
   * Runs a command line of Python; {@code folder} is for the process's own files.
   *
   * <p>The interpreter is the one that COMPACTER4J_TEST_PYTHON names, else that of .venv; the test
   * is skipped, saying so, where it lacks one of {@code packages}.
   */
  public static Answer run(List<String> packages, Path folder, Object... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(interpreter(packages)));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("HF_HUB_OFFLINE", "1");
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    Path errors = folder.resolve("python-errors.txt");
    Process process = builder.redirectError(errors.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Answer(process.waitFor(), out, Files.readString(errors));
  }

  /** The interpreter; the test is skipped, saying so, where it lacks one of {@code packages}. */
  public static String interpreter(List<String> packages) throws IOException, InterruptedException {
    String named = System.getenv("COMPACTER4J_TEST_PYTHON");
    String python =
        named != null && !named.isBlank()
            ? named
            : Home.folder().orElseThrow().resolve(".venv/bin/python").toString();
    String names = String.join(", ", packages);
    assumeTrue(
        Files.isExecutable(Path.of(python))
            && new ProcessBuilder(python, "-c", "import " + names)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor()
                == 0,
        "skipped: "
            + python
            + " cannot import "
            + names
            + "; name one that can in COMPACTER4J_TEST_PYTHON");
    return python;
  }
}
