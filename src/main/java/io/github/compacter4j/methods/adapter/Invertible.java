package io.github.compacter4j.methods.adapter;

import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;

/**
 * The invertible adapter (Pfeiffer et al., 2020, section 3.3): a coupling of the two halves of what
 * the embeddings give to the encoder (NICE, Dinh et al., 2015),
 *
 * <pre>
 *   y_1 = x_1 + F(x_2)      y_2 = x_2 + G(y_1)      F, G: relu(x W_d^T + b_d) W_u^T + b_u
 * </pre>
 *
 * <p>F and G have an inner width k, so that 2 (d k + k) + d parameters train. Weights start in N(0,
 * 0.02^2), biases at zero; the model that starts is not the base. The decoder of a T5 is left as it
 * is, and nothing is inverted at the output.
 *
 * <p>Options: {@code reduction}, d / 2k, or {@code bottleneck}, k itself.
 */
public final class Invertible extends Method {
  private final Bottleneck bottleneck;

  /** Takes {@code reduction} or {@code bottleneck}. */
  public Invertible(MethodSpec given) {
    this(Bottleneck.halfUnless(given.allowBesideNorms("reduction", "bottleneck")));
  }

  private Invertible(Bottleneck bottleneck) {
    super(bottleneck.in(MethodSpec.of("invertible")));
    this.bottleneck = bottleneck;
  }

  @Override
  public Invertible resolve(Anatomy anatomy) {
    int half = anatomy.width() / 2;
    if (bottleneck.of(half) == 0) {
      throw UserException.usage(
          "method %s leaves no inner width of half of d_model %d; reduction at most %d"
              .formatted(this, anatomy.width(), half));
    }
    return this;
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    Coupling coupling =
        new Coupling(anatomy.width(), bottleneck::of, "encoder.invertible_adapter.", seed);
    plan.insert(coupling).hook(hooks -> hooks.behindEmbeddings(coupling));
  }

  @Override
  public boolean prefixesTask() {
    return false;
  }
}
