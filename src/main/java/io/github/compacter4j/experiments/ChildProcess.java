package io.github.compacter4j.experiments;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.compacter4j.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands of this program in a Java process of their own, started as this one was, also from a
 * notebook.
 */
public final class ChildProcess {
  private static final String MAIN = "io.github.compacter4j.cli.Main";

  private static final ObjectMapper JSON = new ObjectMapper();

  private ChildProcess() {}

  /** A process that will run the command; errors and progress go where this process's go. */
  public static ProcessBuilder of(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    command.addAll(arguments);
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
  }

  /**
   * Runs a command to its end and reads the document that it prints.
   *
   * @throws UserException if it fails; it has told why itself
   */
  public static <T> T json(List<String> arguments, Class<T> type) {
    try {
      Process process = of(arguments).start();
      try (InputStream out = process.getInputStream()) {
        byte[] document = out.readAllBytes();
        if (process.waitFor() != 0) {
          throw new UserException("failed: ./compacter4j " + String.join(" ", arguments));
        }
        return JSON.readValue(document, type);
      } catch (InterruptedException e) {
        process.destroy();
        Thread.currentThread().interrupt();
        throw new UserException("interrupted: ./compacter4j " + String.join(" ", arguments));
      }
    } catch (IOException e) {
      throw new UserException("cannot run ./compacter4j " + String.join(" ", arguments), e);
    }
  }
}
