package io.github.compacter4j.methods.adapter;

import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import java.util.List;

/**
 * Linear layers of low rank, {@code rank (in + out) + out} parameters each.
 *
 * @param rank r; the reference works for 1 alone, since it multiplies the factors elementwise; any
 *     other takes the matrix product that is meant
 * @param init where the factors start
 */
record LowRankLayers(int rank, WeightInit init) implements AdapterLayers {
  private static final double DEVIATION = 0.01;

  @Override
  public List<Option> options() {
    return List.of(Option.size("rank", rank), Option.of("init", init));
  }

  @Override
  public LowRankLayers with(MethodSpec given) {
    return new LowRankLayers(given.positive("rank", rank), given.choice("init", init));
  }

  @Override
  public LowRankLayers resolve(Anatomy anatomy, Bottleneck bottleneck) {
    return this;
  }

  @Override
  public int n() {
    return 1;
  }

  @Override
  public void check(int d, int k) {
    if (rank > Math.min(d, k)) {
      throw UserException.usage(
          "rank=%d is larger than the layers (%d, %d); at most %d"
              .formatted(rank, d, k, Math.min(d, k)));
    }
  }

  @Override
  public Maker maker(long seed) {
    return (side, in, out, prefix) ->
        new LowRankLinear(in, out, rank, init.of(DEVIATION), seed, prefix);
  }
}
