package io.github.compacter4j.sweep.slurm;

import io.github.compacter4j.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Slurm by its commands. */
final class Slurm {
  /** What a Slurm has that says nothing else. */
  static final int USUAL_MAX_ARRAY_SIZE = 1001;

  private static final Pattern MAX_ARRAY_SIZE = Pattern.compile("(?m)^MaxArraySize\\s*=\\s*(\\d+)");

  private Slurm() {}

  /** What a command did. */
  private record Answer(int status, String out, String err) {
    String why() {
      String told = (err.isBlank() ? out : err).strip().replaceAll("\\s*\\R\\s*", "; ");
      return told.isEmpty() ? "status " + status : told;
    }
  }

  /**
   * Refuses a machine without Slurm.
   *
   * @throws UserException telling where the command belongs
   */
  static void require() {
    if (run(List.of("sbatch", "--version")).isEmpty()) {
      throw new UserException(
          "--engine slurm: there is no sbatch on this machine; give the command where jobs are sent from (a login node), or add --dry-run to see what would be sent");
    }
  }

  /** The text that a command prints. */
  static String ask(List<String> command) {
    Answer answer =
        run(command).orElseThrow(() -> new UserException(command.get(0) + ": not found"));
    if (answer.status() != 0) {
      throw new UserException(command.get(0) + " refuses: " + answer.why());
    }
    return answer.out();
  }

  /** The text that a command prints; empty where it does not exist or refuses. */
  static Optional<String> tryAsk(List<String> command) {
    return run(command).filter(answer -> answer.status() == 0).map(Answer::out);
  }

  /** Indices of an array are below it. */
  static int maxArraySize() {
    return tryAsk(List.of("scontrol", "show", "config"))
        .map(MAX_ARRAY_SIZE::matcher)
        .filter(Matcher::find)
        .map(found -> Integer.parseInt(found.group(1)))
        .orElse(USUAL_MAX_ARRAY_SIZE);
  }

  /** A job must not look like a part of the one that sends it. */
  private static boolean isOfJob(String variable) {
    return variable.startsWith("SLURM_") && !variable.equals("SLURM_CONF");
  }

  private static Optional<Answer> run(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(Slurm::isOfJob);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return Optional.empty(); // it is not on this machine
    }
    try {
      process.getOutputStream().close();
      CompletableFuture<String> err =
          CompletableFuture.supplyAsync(
              () -> String.join("\n", process.errorReader().lines().toList()));
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return Optional.of(new Answer(process.waitFor(), out, err.join()));
    } catch (IOException e) {
      throw new UserException(command.get(0) + ": cannot be asked", e);
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new UserException(command.get(0) + ": interrupted");
    }
  }
}
