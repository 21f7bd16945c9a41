package io.github.compacter4j.methods.adapter;

import io.github.compacter4j.torch.RandomInitializer;
import io.github.compacter4j.torch.RandomInitializer.Distribution;

/** Where the weights of adapters start (facts of the reference code, gain sqrt(2) for Glorot). */
enum WeightInit {
  GLOROT_UNIFORM,
  GLOROT_NORMAL,
  /** Glorot's normal distribution with gain 1, which the {@code adapters} library always uses. */
  XAVIER_NORMAL,
  NORMAL;

  /** The distribution; {@code deviation} is the normal one's. */
  RandomInitializer of(double deviation) {
    return switch (this) {
      case GLOROT_UNIFORM -> RandomInitializer.glorotUniform();
      case GLOROT_NORMAL -> RandomInitializer.glorotNormal();
      case XAVIER_NORMAL -> new RandomInitializer(Distribution.GLOROT_NORMAL, 1);
      case NORMAL -> RandomInitializer.normal(deviation);
    };
  }
}
