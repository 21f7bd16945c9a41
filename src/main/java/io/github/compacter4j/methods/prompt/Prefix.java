package io.github.compacter4j.methods.prompt;

import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;

/**
 * Prefix tuning (Li and Liang, 2021): P trained keys and values stand before those of every
 * attention, self and cross, and every query sees them,
 *
 * <pre>
 *   attention(q, [P_K; K], [P_V; V])
 * </pre>
 *
 * <p>2 P i parameters an attention, i being the joint width of the heads: 6 L P i of a T5, 2 L P i
 * of an encoder. With {@code mlp=true} a network makes them while they train, one for each kind of
 * attention, {@code W_2 tanh(W_1 E + b_1) + b_2} with E (P, d) and {@code width} m between: P d +
 * (d + 1) m + (m + 1) 2 L i parameters a kind; it wants a smaller learning rate, 1e-4 in place of
 * 1e-2. Vectors and E start at N(0, 1), as in {@code adapters} and {@code peft}. No norms train.
 *
 * <p>{@code positions} says how a T5's position bias counts them: {@code nobias}, not at all;
 * {@code continued}, as if they stood before the text ({@code peft} in the decoder); {@code shift},
 * as {@code adapters} 1.3.0 does, which moves every key of the text by P and so changes the model
 * even before anything is trained.
 */
public final class Prefix extends Method {
  private static final int WIDTH = 512;

  private final PrefixForm form;

  /** Takes {@code length}, {@code mlp}, {@code width} and {@code positions}. */
  public Prefix(MethodSpec given) {
    this(
        PrefixForm.of(given.allowBesideNorms("length", "mlp", "width", "positions"), false, WIDTH));
  }

  private Prefix(PrefixForm form) {
    super(form.in(MethodSpec.of("prefix"), false));
    this.form = form;
  }

  @Override
  public Prefix resolve(Anatomy anatomy) {
    return new Prefix(form.resolve(name(), anatomy));
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
