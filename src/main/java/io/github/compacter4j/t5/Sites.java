package io.github.compacter4j.t5;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.github.compacter4j.torch.Torch;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Where a T5 can be extended from outside: behind sub-layers and behind their residual sums, at
 * each projection and norm, before the encoder's input, and at every named tensor.
 *
 * <p>The network asks its sites and knows nothing of who filled them.
 */
public final class Sites {
  private final Map<Site, Block> inserted = new HashMap<>();
  private final Map<Site, Block> insertedBehindSum = new HashMap<>();
  private final Map<String, Parameter> biases = new HashMap<>();
  private Parameter inputPrefix;
  private BiFunction<String, NDArray, NDArray> reparameterisation;
  private final Map<String, NDArray> reparameterised = new HashMap<>();
  private final NDManager manager;
  private ParameterStore parameterStore;

  Sites(NDManager manager) {
    this.manager = manager;
    parameterStore = new ParameterStore(manager, false);
  }

  /** Puts a layer (batch, length, d) -> (batch, length, d) behind a sub-layer. */
  public void insert(Site site, Block layer) {
    put(inserted, site, layer);
  }

  /** Puts a layer (batch, length, d) -> (batch, length, d) behind a sub-layer's residual sum. */
  public void insertBehindSum(Site site, Block layer) {
    put(insertedBehindSum, site, layer);
  }

  private static void put(Map<Site, Block> layers, Site site, Block layer) {
    if (layers.putIfAbsent(site, layer) != null) {
      throw new IllegalStateException("site " + site + " is taken");
    }
  }

  /** Adds a bias to what the projection or norm with this weight computes. */
  public void addBias(String weightName, Parameter bias) {
    if (biases.putIfAbsent(weightName, bias) != null) {
      throw new IllegalStateException(weightName + " has a bias already");
    }
  }

  /** Puts trained vectors (length, d) before the embeddings of the encoder's input. */
  public void prependToInput(Parameter vectors) {
    inputPrefix = vectors;
  }

  /**
   * Replaces every named tensor where it is used.
   *
   * @param function (name, tensor) -> a new tensor of the same shape, asked for once a pass
   */
  public void reparameterise(BiFunction<String, NDArray, NDArray> function) {
    reparameterisation = function;
  }

  /** The layers behind sub-layers, by their place. */
  public Map<Site, Block> layers() {
    return Collections.unmodifiableMap(inserted);
  }

  /** The layers behind residual sums, by their place. */
  public Map<Site, Block> layersBehindSums() {
    return Collections.unmodifiableMap(insertedBehindSum);
  }

  /** Whether any projection or norm has a bias. */
  public boolean hasBiases() {
    return !biases.isEmpty();
  }

  /** Whether vectors stand before the encoder's input. */
  public boolean hasInputPrefix() {
    return inputPrefix != null;
  }

  /** Whether tensors are replaced where they are used. */
  public boolean isReparameterised() {
    return reparameterisation != null;
  }

  /** Empties all sites: the network computes what it did when it was loaded. */
  public void clear() {
    inserted.clear();
    insertedBehindSum.clear();
    biases.clear();
    inputPrefix = null;
    beginPass();
    reparameterisation = null;
    parameterStore = new ParameterStore(manager, false);
  }

  /**
   * Forgets the tensors of the last pass; encoder, decoder and all steps of generation are one
   * pass.
   */
  void beginPass() {
    reparameterised.values().forEach(NDArray::close);
    reparameterised.clear();
  }

  NDArray tensor(String name, NDArray tensor) {
    if (reparameterisation == null) {
      return tensor;
    }
    return reparameterised.computeIfAbsent(
        name, absent -> Torch.keep(reparameterisation.apply(name, tensor), manager));
  }

  NDArray behind(Site site, NDArray x, boolean training) {
    return forward(inserted.get(site), x, training);
  }

  NDArray behindSum(Site site, NDArray h, boolean training) {
    return forward(insertedBehindSum.get(site), h, training);
  }

  private NDArray forward(Block layer, NDArray x, boolean training) {
    return layer == null ? x : layer.forward(parameterStore, new NDList(x), training).head();
  }

  NDArray withBias(String weightName, NDArray y) {
    Parameter bias = biases.get(weightName);
    return bias == null ? y : y.add(bias.getArray());
  }

  /** The vectors before the input, or null. */
  NDArray inputPrefix() {
    return inputPrefix == null ? null : inputPrefix.getArray();
  }
}
