package io.github.compacter4j.methods;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Role;
import io.github.compacter4j.model.TensorSpec;

/** Multiplies what each feed-forward layer writes by a trained vector that starts at one: 2 L d. */
public final class Scale extends Method {
  /** Takes no options. */
  public Scale(MethodSpec given) {
    super(given.allowBesideNorms());
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    for (TensorSpec matrix : anatomy.tensors()) {
      if (matrix.role() == Role.FF_OUT && !matrix.bias()) {
        Shape d = new Shape(matrix.shape().get(0));
        Parameter scale = plan.tensor(matrix.sibling("scale"), d, Initializer.ONES); // (d)
        plan.hook(hooks -> hooks.scaleOutput(matrix.name(), scale)); // y = scale * (W x)
      }
    }
  }

  @Override
  public boolean prefixesTask() {
    return false; // as adapters
  }
}
