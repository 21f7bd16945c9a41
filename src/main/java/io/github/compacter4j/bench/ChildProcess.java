package io.github.compacter4j.bench;

import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Commands of this program in a Java process of their own, started as this one was, also from a
 * notebook.
 */
public final class ChildProcess {
  private static final String MAIN = "io.github.compacter4j.cli.Main";

  /** The beginning of the line by which the command line tells a mistake. */
  private static final String MISTAKE = "compacter4j: ";

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
   * @param what is done, for messages: the command is this program's own matter
   * @throws UserException if it fails, with what the process tells of that
   */
  public static <T> T json(String what, List<String> arguments, Class<T> type) {
    try {
      Process process = of(arguments).redirectError(ProcessBuilder.Redirect.PIPE).start();
      try (InputStream out = process.getInputStream()) {
        CompletableFuture<String> mistake =
            CompletableFuture.supplyAsync(() -> mistake(process.errorReader()));
        byte[] document = out.readAllBytes();
        int status = process.waitFor();
        String told = mistake.join();
        if (status != 0) {
          String ended = "its process ended with status " + status;
          throw new UserException(what + ": " + (told.isEmpty() ? ended : told));
        }
        return Json.mapper().readValue(document, type);
      } catch (InterruptedException e) {
        process.destroy();
        Thread.currentThread().interrupt();
        throw new UserException(what + ": interrupted");
      }
    } catch (IOException e) {
      throw new UserException(what + ": its process cannot be run", e);
    }
  }

  /** Passes on what a process writes, but for its mistake, which is returned without the mark. */
  private static String mistake(BufferedReader errors) {
    StringBuilder mistake = new StringBuilder();
    errors
        .lines()
        .forEach(
            line -> {
              if (line.startsWith(MISTAKE)) {
                mistake.append(line.substring(MISTAKE.length()));
              } else {
                System.err.println(line);
              }
            });
    return mistake.toString();
  }
}
