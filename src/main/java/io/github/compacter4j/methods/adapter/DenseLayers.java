package io.github.compacter4j.methods.adapter;

import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import java.util.List;

/**
 * Ordinary linear layers, {@code in * out + out} parameters each.
 *
 * @param init where weights start; the reference's N(0, 0.01^2) is {@code normal}
 */
record DenseLayers(WeightInit init) implements AdapterLayers {
  private static final double DEVIATION = 0.01;

  @Override
  public List<Option> options() {
    return List.of(Option.of("init", init));
  }

  @Override
  public DenseLayers with(MethodSpec given) {
    return new DenseLayers(given.choice("init", init));
  }

  @Override
  public DenseLayers resolve(Anatomy anatomy, Bottleneck bottleneck) {
    return this;
  }

  @Override
  public int n() {
    return 1;
  }

  @Override
  public void check(int d, int k) {
    // every size will do
  }

  @Override
  public Maker maker(long seed) {
    return (side, in, out, prefix) -> new DenseLinear(in, out, init.of(DEVIATION), seed, prefix);
  }
}
