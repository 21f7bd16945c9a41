package io.github.compacter4j.run;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.MethodEntry;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.Methods;
import java.util.List;

/** The protocols of encoders; the paper has none. */
public final class EncoderProtocol {
  /** Names of the protocols, the usual one first. */
  public static final List<String> NAMES = List.of("small", "glue");

  /** A new head learns too slowly below this rate. */
  private static final double LEAST_HEAD_RATE = 1e-3;

  /** Enough that the number of steps does not shrink with the number of rows. */
  private static final int MANY_EPOCHS = 600;

  private static final String LABELS = "labels";

  private EncoderProtocol() {}

  /**
   * The protocol of this name for a method.
   *
   * @throws UserException (wrong usage) for another name, also for the paper's protocol
   */
  public static Protocol named(String name, MethodSpec method) {
    return switch (name) {
      case "small" -> small(method);
      case "glue" -> glue(method);
      case "paper" ->
          throw UserException.usage(
              "protocol paper is made for T5; an encoder takes small or glue");
      default -> throw Names.unknown("protocol of an encoder", name, NAMES);
    };
  }

  /**
   * For sets of any size: 600 steps of 32 rows of like length, at most 128 ids, warm-up 10 %, an
   * evaluation every 50 steps; the head learns at 1e-3 where the method's rate is lower, unless the
   * method has a rate for it.
   */
  static Protocol small(MethodSpec method) {
    MethodEntry entry = Methods.entry(method);
    double rate = entry.learningRate("small encoder");
    double leastHeadRate = rate < LEAST_HEAD_RATE ? LEAST_HEAD_RATE : 0;
    return Protocol.usual("small")
        .epochs(MANY_EPOCHS)
        .maxSteps(600)
        .batchSize(32)
        .accumulation(1)
        .learningRate(rate)
        .headLearningRate(entry.headLearningRate("small encoder").orElse(leastHeadRate))
        .warmupSteps(-1)
        .warmupShare(0.1)
        .maxSourceLength(128)
        .groupByLength(true)
        .evaluationSteps(50)
        .decode(LABELS)
        .build();
  }

  /**
   * The habit of transformers' {@code run_glue}: 3 epochs of 32 rows, at most 128 ids, warm-up 10
   * %, an evaluation each epoch.
   */
  static Protocol glue(MethodSpec method) {
    return Protocol.usual("glue")
        .epochs(3)
        .batchSize(32)
        .accumulation(1)
        .learningRate(Methods.entry(method).learningRate("glue"))
        .warmupSteps(-1)
        .warmupShare(0.1)
        .maxSourceLength(128)
        .decode(LABELS)
        .build();
  }
}
