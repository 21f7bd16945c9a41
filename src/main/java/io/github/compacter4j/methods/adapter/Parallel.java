package io.github.compacter4j.methods.adapter;

import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;

/**
 * The scaled parallel adapter (He et al., 2022): a bottleneck beside each feed-forward layer, of
 * what the residual stream brings,
 *
 * <pre>
 *   h' = h + dropout(FFN(x)) + s (relu(h W_d^T + b_d) W_u^T + b_u)
 * </pre>
 *
 * <p>In a T5 that is the stream before the norm, as in {@code adapters} and in the authors' code of
 * networks whose norms stand first; in an encoder what the feed-forward layer reads. No dropout is
 * applied to it. 2 L (2 d k + k + d) parameters of a T5, L (2 d k + k + d) of an encoder, and one
 * more an adapter where {@code scale=learned}, which starts at one. W_d starts in U(-1/sqrt(d),
 * 1/sqrt(d)), all else at zero, so at first nothing changes. No norms train.
 *
 * <p>Options: {@code reduction}, d / k, or {@code bottleneck}, k itself; {@code scale}, s.
 */
public final class Parallel extends Method {
  private final ParallelForm form;

  /** Takes {@code reduction} or {@code bottleneck}, and {@code scale}. */
  public Parallel(MethodSpec given) {
    this(ParallelForm.of(given.allowBesideNorms("reduction", "bottleneck", "scale")));
  }

  private Parallel(ParallelForm form) {
    super(form.in(MethodSpec.of("parallel")));
    this.form = form;
  }

  @Override
  public Parallel resolve(Anatomy anatomy) {
    return new Parallel(form.resolve(anatomy));
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    form.insert(plan, anatomy, seed);
  }

  @Override
  public boolean prefixesTask() {
    return false;
  }
}
