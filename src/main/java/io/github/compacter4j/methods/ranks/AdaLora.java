package io.github.compacter4j.methods.ranks;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.lowrank.Targets;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Start;
import io.github.compacter4j.model.TensorSpec;
import io.github.compacter4j.torch.RandomInitializer;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.List;
import java.util.Map;

/**
 * AdaLoRA (Zhang et al., 2023): LoRA as a decomposition by singular values, of which those that
 * matter least are masked while training goes on,
 *
 * <pre>
 *   y = x W^T + alpha / (r + 1e-5) (x A^T) diag(E) B^T     A (r, in)   E (r, 1)   B (out, r)
 * </pre>
 *
 * <p>r (in + out + 1) parameters a matrix. A and B start in N(0, 0.02^2), E at zero. The loss grows
 * by {@code penalty} times {@link Orthogonality}; {@link RankBudget} masks. Sites by default are
 * those of {@code peft} for T5 and BERT: all matrices, queries and values.
 *
 * <p>Options: {@code rank} at first, {@code target} at the end on average, {@code alpha}, {@code
 * targets}, {@code penalty}, and when to mask: {@code tinit}, {@code tfinal}, {@code deltaT}.
 */
public final class AdaLora extends Method {
  private static final String AUTO = "auto";

  private final int rank;
  private final int target;
  private final double scale;
  private final double penalty;
  private final RankBudget.Times times;

  /** Takes the options that the class names. */
  public AdaLora(MethodSpec given) {
    this(
        given
            .allowBesideNorms(
                "rank", "target", "alpha", "targets", "penalty", "tinit", "tfinal", "deltaT")
            .positive("rank", 12),
        given.positive("target", 8),
        given.positive("alpha", 8.0),
        given.option("targets").orElse(AUTO).equals(AUTO)
            ? AUTO
            : Targets.ALL.with(given).toString(),
        given.fromZero("penalty", 0.5),
        new RankBudget.Times(
            given.fromZero("tinit", 0), given.fromZero("tfinal", 0), given.positive("deltaT", 1)));
  }

  private AdaLora(
      int rank, int target, double alpha, String targets, double penalty, RankBudget.Times times) {
    super(
        MethodSpec.of("adalora")
            .with("rank", rank)
            .with("target", target)
            .with("alpha", alpha)
            .with("targets", targets)
            .with("penalty", penalty)
            .with("tinit", times.first())
            .with("tfinal", times.last())
            .with("deltaT", times.between()));
    this.rank = rank;
    this.target = target;
    this.scale = alpha / (rank + 1e-5);
    this.penalty = penalty;
    this.times = times;
  }

  /** The form by which a size is chosen: a rank, two thirds of which are left at the end. */
  public static Map<String, Object> ofRank(int rank) {
    return Map.of("rank", rank, "target", Math.max(1, 2 * rank / 3));
  }

  @Override
  public Method resolve(Anatomy anatomy) {
    if (target > rank) {
      throw UserException.usage(
          "method adalora: target=%d is larger than rank=%d; at most %d"
              .formatted(target, rank, rank));
    }
    MethodSpec resolved = spec();
    if (resolved.option("targets").orElseThrow().equals(AUTO)) {
      boolean encoder = anatomy.stacks().size() == 1;
      resolved = resolved.with("targets", encoder ? Targets.QUERIES_AND_VALUES : Targets.ALL);
    }
    Targets.ALL.with(resolved).requireRank("adalora", rank, anatomy);
    return new AdaLora(resolved);
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    List<Triplet> triplets =
        Targets.ALL.with(spec()).of(anatomy).stream()
            .map(matrix -> insert(plan, matrix, seed))
            .toList();
    if (penalty > 0) {
      plan.penalty(() -> TorchFunctions.scale(Orthogonality.of(triplets), penalty));
    }
    plan.eachStep(new RankBudget(plan, triplets, rank, target, times));
  }

  private Triplet insert(Plan plan, TensorSpec matrix, long seed) {
    Shape column = new Shape(rank, 1);
    Parameter e = plan.tensor(matrix.sibling("lora_E"), column, Initializer.ZEROS);
    Triplet.Draw normal = name -> Start.of(RandomInitializer.normal(0.02).of(seed, name));
    Triplet triplet = Triplet.insert(plan, matrix, rank, e, normal, normal);
    plan.hook(hooks -> hooks.beside(matrix.name(), (pass, x) -> triplet.product(x, scale)));
    return triplet;
  }

  @Override
  public boolean prefixesTask() {
    return false;
  }
}
