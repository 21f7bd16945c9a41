package io.github.compacter4j.methods.own;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Role;
import io.github.compacter4j.model.TensorSpec;
import java.util.Optional;

/**
 * BitFit (Ben Zaken et al., 2021): only biases train.
 *
 * <p>A network that has biases trains those: {@code L (7d + f) + d} parameters of an encoder. T5
 * has none, so every projection, every norm and the output layer get one that starts at zero:
 * {@code L (3i + f + 4d) + L (6i + f + 6d) + V} parameters, i being the joint width of the heads.
 *
 * <p>{@code finalNorms}: whether the norms behind the last blocks get a bias too; the reference
 * code leaves them out. Where biases exist the option has no meaning.
 */
public final class BitFit extends Method {
  private static final String FINAL_NORMS = "finalNorms";

  private final Optional<Boolean> finalNorms;

  /** Takes {@code finalNorms}. */
  public BitFit(MethodSpec given) {
    this(
        given
            .allow(FINAL_NORMS)
            .option(FINAL_NORMS)
            .map(written -> given.flag(FINAL_NORMS, false)));
  }

  private BitFit(Optional<Boolean> finalNorms) {
    super(
        finalNorms
            .map(norms -> MethodSpec.of("bitfit").with(FINAL_NORMS, norms))
            .orElse(MethodSpec.of("bitfit")));
    this.finalNorms = finalNorms;
  }

  @Override
  public BitFit resolve(Anatomy anatomy) {
    if (!hasBiases(anatomy)) {
      return new BitFit(Optional.of(finalNorms.orElse(false)));
    }
    if (finalNorms.isPresent()) {
      throw UserException.usage(
          "method bitfit: finalNorms has no meaning for this model, whose own biases train");
    }
    return this;
  }

  private static boolean hasBiases(Anatomy anatomy) {
    return anatomy.tensors().stream().anyMatch(TensorSpec::bias);
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    if (hasBiases(anatomy)) {
      plan.train(TensorSpec::bias);
      return;
    }
    anatomy.tensors().stream()
        .filter(this::getsBias)
        .forEach(weight -> insert(plan, weight.name(), weight.shape().get(0)));
    anatomy
        .outputLayer()
        .ifPresent(layer -> insert(plan, layer.hook(), anatomy.vocabulary())); // tied or not
  }

  private boolean getsBias(TensorSpec tensor) {
    boolean isNorm = tensor.role() == Role.NORM;
    return tensor.isProjection()
        || isNorm && (finalNorms.orElseThrow() || tensor.place().isPresent());
  }

  private static void insert(Plan plan, String weight, long size) {
    String name = weight.substring(0, weight.length() - "weight".length()) + "bias";
    Parameter bias = plan.tensor(name, new Shape(size), Initializer.ZEROS);
    plan.hook(hooks -> hooks.bias(weight, bias));
  }
}
