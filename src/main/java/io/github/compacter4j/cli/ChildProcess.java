package io.github.compacter4j.cli;

import io.github.compacter4j.UserException;
import io.github.compacter4j.cli.display.Mistakes;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.sweep.slurm.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Commands of this program in a Java process of their own, started as this one was, also from a
 * notebook.
 */
final class ChildProcess {
  private final Class<?> main;

  /** Processes that begin with the main method of a class. */
  ChildProcess(Class<?> main) {
    this.main = main;
  }

  /** A process that will run the command; errors and progress go where this process's go. */
  ProcessBuilder of(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(java()));
    command.addAll(options());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static List<String> options() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments();
  }

  /** This program as jobs of a cluster start it, with these arguments behind its own. */
  Program program(List<String> arguments) {
    return new Program(java(), options(), main.getName(), arguments);
  }

  /** Starts a process that runs the command and whose output nobody reads. */
  Process start(List<String> arguments, Map<String, String> environment) {
    ProcessBuilder builder = of(arguments).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UserException("cannot run ./compacter4j " + String.join(" ", arguments), e);
    }
  }

  /**
   * Runs a command to its end and reads the document that it prints.
   *
   * @param what is done, for messages: the command is this program's own matter
   * @param input what the process reads from standard input
   * @throws UserException if it fails, with what the process tells of that
   */
  <T> T json(String what, List<String> arguments, String input, Class<T> type) {
    try {
      Process process = of(arguments).redirectError(ProcessBuilder.Redirect.PIPE).start();
      try (InputStream out = process.getInputStream()) {
        CompletableFuture<String> mistake =
            CompletableFuture.supplyAsync(() -> mistake(process.errorReader()));
        try (Writer in = process.outputWriter(StandardCharsets.UTF_8)) {
          in.write(input);
        }
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
            line ->
                Mistakes.told(line)
                    .ifPresentOrElse(mistake::append, () -> System.err.println(line)));
    return mistake.toString();
  }
}
