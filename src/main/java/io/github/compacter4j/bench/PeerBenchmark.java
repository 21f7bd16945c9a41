package io.github.compacter4j.bench;

import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.Home;
import io.github.compacter4j.UserException;
import io.github.compacter4j.bench.StepBenchmark.Cost;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Times the same training steps in transformers on torch, by {@code src/main/python/peer_step.py}
 * in a Python that has both.
 */
public final class PeerBenchmark {
  private static final String SCRIPT = "src/main/python/peer_step.py";
  private static final String FULL = "full";
  private static final Set<String> METHODS = Set.of(FULL, "adapter", "compacter", "compacter++");
  private static final Set<String> OPTIONS = Set.of("n", "rank", "reduction");
  private static final String USUAL_N = "4"; // of methods without PHM layers, which ignore it

  private final Path python;
  private final RandomModel model;

  /**
   * What the script tells.
   *
   * @param trainable parameters that trained
   * @param cost what that took
   */
  private record Answer(long trainable, Cost cost) {}

  /** Times a model in this Python. */
  public PeerBenchmark(Path python, RandomModel model) {
    this.python = python;
    this.model = model;
  }

  /**
   * Refuses a method that the peer has not.
   *
   * @param method resolved for the model
   * @throws UserException (wrong usage) naming what the peer has
   */
  public static void require(Method method) {
    MethodSpec spec = method.spec();
    if (!METHODS.contains(spec.name())
        || !OPTIONS.containsAll(spec.options().keySet())
        || !spec.option("rank").orElse("1").equals("1")) {
      throw UserException.usage(
          "--peer has no %s: expected full, adapter, compacter or compacter++, with no options but n and reduction"
              .formatted(spec));
    }
  }

  /**
   * The precisions in which the peer takes a method: {@code float32}, and bfloat16 by {@code
   * autocast} and, where matrices are frozen, kept so ({@code frozen}).
   */
  public static List<String> precisions(Method method, boolean bfloat16) {
    List<String> precisions = new ArrayList<>(List.of("float32"));
    if (bfloat16) {
      precisions.add("autocast");
    }
    if (bfloat16 && !method.name().equals(FULL)) {
      precisions.add("frozen");
    }
    return precisions;
  }

  /**
   * Measures in a process of its own.
   *
   * @param method resolved for the model
   * @param precision one of {@link #precisions}
   * @throws UserException if the process fails, with the last line that it tells of that
   */
  public Cost measure(
      Method method, String precision, int rows, int length, int steps, int threads) {
    Map<String, Object> task = new HashMap<>();
    task.put("config", model.config());
    task.put("method", method.name());
    task.put("n", Integer.valueOf(method.spec().option("n").orElse(USUAL_N)));
    method
        .spec()
        .option("reduction")
        .ifPresent(r -> task.put("bottleneck", model.sizes().width() / Integer.parseInt(r)));
    task.put("precision", precision);
    task.put("rows", rows);
    task.put("length", length);
    task.put("target", RandomModel.TARGET_LENGTH);
    task.put("steps", steps);
    task.put("threads", threads);
    Answer answer = run(Json.line(task));
    long ours =
        method.trainable(model.sizes(), "bench").values().stream().mapToLong(Shape::size).sum()
            + model.headParameters();
    if (answer.trainable != ours) {
      throw new IllegalStateException(
          "%s trains %d parameters here and %d in the peer"
              .formatted(method.spec(), ours, answer.trainable));
    }
    return answer.cost;
  }

  private Answer run(String task) {
    Path script =
        Home.folder()
            .orElseThrow(() -> new UserException("--peer needs the project's own folder"))
            .resolve(SCRIPT);
    ProcessBuilder builder = new ProcessBuilder(python.toString(), script.toString(), task);
    builder.environment().put("HF_HUB_OFFLINE", "1");
    try {
      Process process = builder.start();
      CompletableFuture<String> errors =
          CompletableFuture.supplyAsync(() -> lastLine(process.errorReader()));
      try (InputStream out = process.getInputStream()) {
        byte[] document = out.readAllBytes();
        int status = process.waitFor();
        if (status != 0) {
          throw new UserException(
              "%s %s: status %d, %s".formatted(python, SCRIPT, status, errors.join()));
        }
        return Json.mapper().readValue(document, Answer.class);
      } catch (InterruptedException e) {
        process.destroy();
        Thread.currentThread().interrupt();
        throw new UserException(python + ": interrupted");
      }
    } catch (IOException e) {
      throw new UserException(python + " " + SCRIPT + " cannot be run", e);
    }
  }

  private static String lastLine(BufferedReader errors) {
    List<String> lines =
        errors.lines().filter(line -> !line.isBlank()).collect(Collectors.toList());
    return lines.isEmpty() ? "no message" : lines.get(lines.size() - 1);
  }
}
