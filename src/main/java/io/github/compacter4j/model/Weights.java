package io.github.compacter4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The tensors of one network by name; owns their memory. */
public final class Weights implements AutoCloseable {
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, NDArray> narrow = new HashMap<>();
  private final Map<String, String> biases = new HashMap<>();
  private final Set<String> matrices = new HashSet<>();
  private final NDManager manager;

  private Weights(NDManager manager) {
    this.manager = manager;
  }

  /**
   * Wraps loaded tensors.
   *
   * @param manager owner of the tensors, closed with this object
   * @param tensors one for each name of {@link Anatomy#tensors}, in that shape
   */
  public static Weights of(Anatomy anatomy, NDManager manager, Map<String, NDArray> tensors) {
    Weights weights = new Weights(manager);
    for (TensorSpec spec : anatomy.tensors()) {
      NDArray tensor = tensors.get(spec.name());
      if (tensor == null || !tensor.getShape().equals(spec.shape())) {
        throw new IllegalArgumentException(
            spec.name() + ": expected a tensor of shape " + spec.shape());
      }
      weights.put(spec, tensor);
    }
    anatomy.tensors().stream().filter(TensorSpec::bias).forEach(weights::putBias);
    return weights;
  }

  private void put(TensorSpec spec, NDArray tensor) {
    String name = spec.name();
    if (spec.isProjection() || spec.role() == Role.EMBEDDING || spec.role() == Role.HEAD) {
      matrices.add(name);
    }
    Parameter parameter = Parameter.builder().setName(name).setType(Parameter.Type.WEIGHT).build();
    parameter.setArray(tensor);
    parameters.put(name, parameter);
  }

  private void putBias(TensorSpec bias) {
    String name = bias.name();
    biases.put(name.substring(0, name.length() - "bias".length()) + "weight", name);
  }

  /** Name of the bias beside the weight of this name; null where there is none. */
  String biasOf(String weight) {
    return biases.get(weight);
  }

  /** All tensors in the order of the computation. */
  public Map<String, Parameter> parameters() {
    return Collections.unmodifiableMap(parameters);
  }

  /** The tensor of this name. */
  public NDArray get(String name) {
    NDArray bfloat16 = narrow.get(name);
    return bfloat16 == null ? parameters.get(name).getArray() : bfloat16;
  }

  /** The manager that owns the tensors. */
  public NDManager manager() {
    return manager;
  }

  /** Keeps the matrices that do not train in bfloat16: half the memory, faster products. */
  public void keepFrozenMatricesInBfloat16() {
    for (String name : matrices) {
      NDArray wide = get(name);
      if (!wide.hasGradient() && wide.getDataType() == DataType.FLOAT32) {
        narrow.put(name, Torch.keep(TorchFunctions.toBfloat16(wide), manager));
        parameters.get(name).close();
      }
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
