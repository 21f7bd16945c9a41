package io.github.compacter4j.run;

import ai.djl.engine.Engine;
import io.github.compacter4j.Home;
import io.github.compacter4j.tasks.TaskData;
import io.github.compacter4j.torch.Torch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where a result comes from.
 *
 * @param version of compacter4j
 * @param commit git commit of the project's folder, {@code -dirty} behind it if files differ
 * @param command what was typed, or what else started the process
 * @param djl version of the engine
 * @param libtorch version
 * @param java version and vendor
 * @param system operating system and processor type
 * @param device where it was computed
 * @param threads of one operation
 * @param dataSha256 of each file of the data
 * @param run the run's settings, seeds and the model's fingerprint
 */
public record Provenance(
    String version,
    String commit,
    String command,
    String djl,
    String libtorch,
    String java,
    String system,
    String device,
    int threads,
    Map<String, String> dataSha256,
    RunConfig run) {

  /** What is known now, with the data that was found. */
  public static Provenance of(RunConfig run, TaskData data) {
    String version = Provenance.class.getPackage().getImplementationVersion();
    return new Provenance(
        version == null ? "development" : version,
        gitCommit(),
        commandLine(),
        Engine.getDjlVersion(),
        Torch.version(),
        System.getProperty("java.vendor") + " " + Runtime.version(),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        Torch.device().toString(),
        Torch.threads(),
        data.sha256(),
        run);
  }

  /** The main class and its arguments. */
  private static String commandLine() {
    return System.getProperty("sun.java.command", "unknown");
  }

  private static String gitCommit() {
    Optional<Path> home = Home.folder();
    if (home.isEmpty()) {
      return "unknown";
    }
    try {
      Process git =
          new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=40")
              .directory(home.get().toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String answer = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return exitStatus(git) == 0 ? answer.strip() : "unknown";
    } catch (IOException e) {
      return "unknown"; // no git on this machine
    }
  }

  /** Waits for a process that is about to end; an interrupt is kept for later. */
  private static int exitStatus(Process process) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return process.waitFor();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
