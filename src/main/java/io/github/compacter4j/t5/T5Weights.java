package io.github.compacter4j.t5;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.compacter4j.torch.NamedRandom;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tensors of one T5 by name; owns their memory. */
public final class T5Weights implements AutoCloseable {
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, NDArray> narrow = new HashMap<>();
  private final NDManager manager;

  private T5Weights(NDManager manager) {
    this.manager = manager;
  }

  /**
   * Wraps loaded tensors.
   *
   * @param manager owner of the tensors, closed with this object
   * @param tensors one for each name of {@link T5Tensors#shapes}, in that shape
   */
  public static T5Weights of(T5Config config, NDManager manager, Map<String, NDArray> tensors) {
    T5Weights weights = new T5Weights(manager);
    T5Tensors.shapes(config)
        .forEach(
            (name, shape) -> {
              NDArray tensor = tensors.get(name);
              if (tensor == null || !tensor.getShape().equals(shape)) {
                throw new IllegalArgumentException(name + ": expected a tensor of shape " + shape);
              }
              weights.put(name, tensor);
            });
    return weights;
  }

  /** Random weights as T5 is initialised before pre-training; one random stream a tensor. */
  public static T5Weights random(T5Config config, NDManager manager, long seed) {
    T5Weights weights = new T5Weights(manager);
    T5Tensors.shapes(config)
        .forEach((name, shape) -> weights.put(name, initial(config, manager, seed, name, shape)));
    return weights;
  }

  private static NDArray initial(
      T5Config config, NDManager manager, long seed, String name, Shape shape) {
    if (T5Tensors.isNorm(name)) {
      return manager.ones(shape);
    }
    double deviation = Math.sqrt(1 / variance(config, name));
    int size = Math.toIntExact(shape.size());
    return manager.create(new NamedRandom(seed, name).normal(size, deviation), shape);
  }

  /** The inverse of the variance with which the reference initialises a tensor. */
  private static double variance(T5Config config, String name) {
    if (name.equals(T5Tensors.SHARED)) {
      return 1;
    }
    if (name.endsWith(".q.weight")) {
      return (double) config.dModel() * config.dKv();
    }
    if (name.endsWith(".o.weight")) {
      return config.innerDim();
    }
    return name.endsWith(".wo.weight") ? config.dFf() : config.dModel();
  }

  private void put(String name, NDArray tensor) {
    Parameter parameter = Parameter.builder().setName(name).setType(Parameter.Type.WEIGHT).build();
    parameter.setArray(tensor);
    parameters.put(name, parameter);
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
    parameters.forEach(
        (name, parameter) -> {
          NDArray wide = get(name);
          boolean matrix = wide.getShape().dimension() == 2 && !name.contains("relative_attention");
          if (matrix && !wide.hasGradient() && wide.getDataType() == DataType.FLOAT32) {
            narrow.put(name, Torch.keep(TorchFunctions.toBfloat16(wide), manager));
            parameter.close();
          }
        });
  }

  @Override
  public void close() {
    manager.close();
  }
}
