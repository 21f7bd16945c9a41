package io.github.compacter4j.methods.lowrank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.ConstantInitializer;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.model.Hooks.Branch;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.TensorSpec;
import io.github.compacter4j.torch.RandomInitializer;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.function.Supplier;

/** A matrix (out, in) that a method changes, and what it inserts there. */
record Site(Plan plan, TensorSpec matrix, long seed) {
  long out() {
    return matrix.shape().get(0);
  }

  long in() {
    return matrix.shape().get(1);
  }

  /** Adds a function of what the matrix reads to what it writes. */
  void beside(Branch branch) {
    plan.hook(hooks -> hooks.beside(matrix.name(), branch));
  }

  /** Adds a change (out, in), made once a pass, to the matrix. */
  void change(Supplier<NDArray> change) {
    plan.hook(
        hooks ->
            hooks.replace(
                matrix.name(),
                w -> {
                  NDArray delta = change.get();
                  return TorchFunctions.cast(w, delta.getDataType()).add(delta);
                }));
  }

  /** A tensor that trains and starts at zero. */
  Parameter zeros(String end, long... shape) {
    return plan.tensor(matrix.sibling(end), new Shape(shape), Initializer.ZEROS);
  }

  /** A tensor that trains and starts at one number. */
  Parameter constant(String end, double value, long... shape) {
    return plan.tensor(
        matrix.sibling(end), new Shape(shape), new ConstantInitializer((float) value));
  }

  /** A tensor that trains and starts in U(-1/sqrt(n), 1/sqrt(n)), n its last size. */
  Parameter uniform(String end, long... shape) {
    String name = matrix.sibling(end);
    double bound = 1 / Math.sqrt(shape[shape.length - 1]);
    return plan.tensor(name, new Shape(shape), RandomInitializer.uniform(bound).of(seed, name));
  }
}
