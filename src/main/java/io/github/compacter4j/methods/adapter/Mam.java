package io.github.compacter4j.methods.adapter;

import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.prompt.PrefixForm;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;
import java.util.Map;

/**
 * MAM (He et al., 2022), the mix-and-match adapter: {@link
 * io.github.compacter4j.methods.prompt.Prefix prefixes} before every attention, made by a network
 * of width 800, and a {@link Parallel parallel} adapter beside every feed-forward layer.
 *
 * <p>As many parameters as both together. The position bias of a T5 follows {@code positions}; the
 * {@code adapters} library has {@code shift}. No norms train.
 *
 * <p>Options: {@code length}, {@code mlp}, {@code width} and {@code positions} of the prefixes;
 * {@code reduction} or {@code bottleneck}, and {@code scale}, of the adapters.
 */
public final class Mam extends Method {
  private static final int WIDTH = 800;

  private final PrefixForm prefix;
  private final ParallelForm parallel;

  /** Takes the options of both parts. */
  public Mam(MethodSpec given) {
    this(
        PrefixForm.of(
            given.allowBesideNorms(
                "length", "mlp", "width", "positions", "reduction", "bottleneck", "scale"),
            true,
            WIDTH),
        ParallelForm.of(given));
  }

  private Mam(PrefixForm prefix, ParallelForm parallel) {
    super(parallel.in(prefix.in(MethodSpec.of("mam"), true)));
    this.prefix = prefix;
    this.parallel = parallel;
  }

  /** The form by which a size is chosen: a bottleneck k and flat prefixes of length k / 4. */
  public static Map<String, Object> ofBottleneck(int k) {
    return Map.of("bottleneck", k, "length", Math.max(1, k / 4), "mlp", false);
  }

  @Override
  public Mam resolve(Anatomy anatomy) {
    return new Mam(prefix.resolve(name(), anatomy), parallel.resolve(anatomy));
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    prefix.insert(plan, anatomy, seed);
    parallel.insert(plan, anatomy, seed);
  }

  @Override
  public boolean prefixesTask() {
    return false;
  }
}
