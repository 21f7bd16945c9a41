package io.github.compacter4j.methods;

import io.github.compacter4j.phm.PhmInitializer;
import io.github.compacter4j.phm.PhmInitializer.Distribution;

/** Where the weights of adapters start (facts of the reference code, gain sqrt(2) for Glorot). */
enum WeightInit {
  GLOROT_UNIFORM,
  GLOROT_NORMAL,
  /** Glorot's normal distribution with gain 1, which the {@code adapters} library always uses. */
  XAVIER_NORMAL,
  NORMAL;

  /** The distribution; {@code deviation} is the normal one's. */
  PhmInitializer of(double deviation) {
    return switch (this) {
      case GLOROT_UNIFORM -> PhmInitializer.glorotUniform();
      case GLOROT_NORMAL -> PhmInitializer.glorotNormal();
      case XAVIER_NORMAL -> new PhmInitializer(Distribution.GLOROT_NORMAL, 1);
      case NORMAL -> PhmInitializer.normal(deviation);
    };
  }
}
