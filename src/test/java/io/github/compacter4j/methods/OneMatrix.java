package io.github.compacter4j.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.model.Hooks;
import io.github.compacter4j.model.Network;
import io.github.compacter4j.model.Place;
import io.github.compacter4j.model.Projections;
import io.github.compacter4j.model.Role;
import io.github.compacter4j.model.Stack;
import io.github.compacter4j.model.SubLayer;
import io.github.compacter4j.model.TensorSpec;
import io.github.compacter4j.model.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network of one projection, {@code q.weight} (out, in), perhaps with a bias: y = x W^T + b; or
 * of two beside each other.
 */
final class OneMatrix implements Network {
  /** What the names of the projection's tensors begin with. */
  static final String PREFIX = "q.";

  private static final String WEIGHT = PREFIX + "weight";
  private static final String SECOND = "v.weight";
  private static final Place PLACE = new Place(Stack.ENCODER, 0, SubLayer.SELF_ATTENTION);

  private final Anatomy anatomy;
  private final DataType type;
  private final Weights weights;
  private final Hooks hooks;

  /**
   * Owns the tensors of {@code manager}.
   *
   * @param bias null where there is none
   * @param second weight of another projection, of values; null where there is none
   */
  OneMatrix(NDManager manager, NDArray weight, NDArray bias, Role role, NDArray second) {
    List<TensorSpec> tensors = new ArrayList<>();
    Map<String, NDArray> values = new HashMap<>();
    tensors.add(TensorSpec.weight(WEIGHT, weight.getShape(), role, PLACE));
    values.put(WEIGHT, weight);
    if (bias != null) {
      String name = PREFIX + "bias";
      tensors.add(new TensorSpec(name, bias.getShape(), role, true, Optional.of(PLACE)));
      values.put(name, bias);
    }
    if (second != null) {
      tensors.add(TensorSpec.weight(SECOND, second.getShape(), Role.V, PLACE));
      values.put(SECOND, second);
    }
    anatomy = new Sizes(tensors);
    type = weight.getDataType();
    weights = Weights.of(anatomy, manager, values);
    hooks = new Hooks(manager);
  }

  /** The projection of x (..., in) with all that a method put around it, then the second's. */
  NDArray forward(ForwardPass pass, NDArray x) {
    hooks.beginPass();
    Projections projections = new Projections(weights, hooks);
    NDArray y = projections.apply(pass, WEIGHT, x);
    return weights.parameters().containsKey(SECOND)
        ? y.concat(projections.apply(pass, SECOND, x), -1)
        : y;
  }

  @Override
  public Anatomy anatomy() {
    return anatomy;
  }

  @Override
  public Weights weights() {
    return weights;
  }

  @Override
  public Hooks hooks() {
    return hooks;
  }

  @Override
  public DataType dataType() {
    return type;
  }

  @Override
  public NDArray tensor(String name) {
    return hooks.tensor(name, weights.get(name));
  }

  @Override
  public void close() {
    weights.close();
  }

  private record Sizes(List<TensorSpec> tensors) implements Anatomy {
    @Override
    public int width() {
      return (int) tensors.get(0).shape().get(1);
    }

    @Override
    public int attentionWidth() {
      return (int) tensors.get(0).shape().get(0);
    }

    @Override
    public int heads() {
      return 1;
    }

    @Override
    public int vocabulary() {
      return 0;
    }

    @Override
    public List<Stack> stacks() {
      return List.of(Stack.ENCODER);
    }

    @Override
    public int blocks(Stack stack) {
      return 1;
    }

    @Override
    public String prefix(Place place) {
      return "";
    }

    @Override
    public String adapterPrefix(Place place, String adapterName) {
      return adapterName + ".";
    }

    @Override
    public boolean normsFirst() {
      return true;
    }

    @Override
    public boolean isPublished() {
      return false;
    }

    @Override
    public Optional<OutputLayer> outputLayer() {
      return Optional.empty();
    }
  }
}
