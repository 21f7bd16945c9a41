package io.github.compacter4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.compacter4j.torch.Torch;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Where a network can be extended from outside: behind and beside sub-layers, behind the residual
 * sums, at each projection and norm, before an attention's keys, around its input, and at every
 * named tensor.
 *
 * <p>The network asks its hooks and knows nothing of who filled them. With x what a sub-layer f
 * reads of the residual stream h, one block computes
 *
 * <pre>
 *   h' = behindSum(h + dropout(behind(f(x))) + beside(h))
 *   a projection:  y = scaleOutput * (scaleProduct * (W (scaleInput * x) + branch(x)) + b) + bias
 * </pre>
 */
public final class Hooks {
  /** A function beside a projection: its value is added to the projection's. */
  public interface Branch {

    /** Of what the projection reads, (..., in), to what is added to its output, (..., out). */
    NDArray apply(ForwardPass pass, NDArray x);
  }

  /** The parameter by which a layer is told the {@link ForwardPass}. */
  public static final String PASS = "pass";

  private final Map<Place, Block> behind = new HashMap<>();
  private final Map<Place, Block> behindSum = new HashMap<>();
  private final Map<Place, Block> beside = new HashMap<>();
  private final Map<Place, AttentionPrefix> prefixes = new HashMap<>();
  private final Map<String, Branch> branches = new HashMap<>();
  private final Map<String, Parameter> inputScales = new HashMap<>();
  private final Map<String, Supplier<NDArray>> productScales = new HashMap<>();
  private final Map<String, Parameter> outputScales = new HashMap<>();
  private final Map<String, Parameter> biases = new HashMap<>();
  private final Map<String, UnaryOperator<NDArray>> replacements = new HashMap<>();
  private final Map<String, NDArray> madeOnce = new HashMap<>();
  private final Map<Object, Integer> filled = new HashMap<>(); // how many of any kind, by key
  private final NDManager manager;
  private Block behindEmbeddings;
  private Parameter inputPrefix;
  private ParameterStore parameterStore;

  /** Empty hooks; {@code manager} owns what they keep during a pass. */
  public Hooks(NDManager manager) {
    this.manager = manager;
    parameterStore = new ParameterStore(manager, false);
  }

  // ------------------------------------------------------------------ filling

  /** Puts a layer (batch, length, d) -> (batch, length, d) behind a sub-layer. */
  public void behind(Place place, Block layer) {
    put(behind, place, layer);
  }

  /** Puts a layer (batch, length, d) -> (batch, length, d) behind a sub-layer's residual sum. */
  public void behindSum(Place place, Block layer) {
    put(behindSum, place, layer);
  }

  /**
   * Adds a layer (batch, length, d) -> (batch, length, d) of the residual stream to a sub-layer's
   * output behind its dropout.
   */
  public void beside(Place place, Block layer) {
    put(beside, place, layer);
  }

  /** Adds a function of what the projection with this weight reads to what it writes. */
  public void beside(String weight, Branch branch) {
    put(branches, weight, branch);
  }

  /**
   * Multiplies what the projection with this weight reads by a vector: (in), or a row or a column.
   */
  public void scaleInput(String weight, Parameter scale) {
    put(inputScales, weight, scale);
  }

  /**
   * Multiplies what the projection with this weight makes, its branch too and its bias not, by a
   * vector (out) that is computed whenever it is used.
   */
  public void scaleProduct(String weight, Supplier<NDArray> scale) {
    put(productScales, weight, scale);
  }

  /**
   * Multiplies what the projection with this weight writes, its bias too, by a vector: (out), or
   * one of those.
   */
  public void scaleOutput(String weight, Parameter scale) {
    put(outputScales, weight, scale);
  }

  /** Adds a bias (out) to what the projection or norm with this weight computes. */
  public void bias(String weight, Parameter bias) {
    put(biases, weight, bias);
  }

  /** Replaces a named tensor where it is used by a function of it, asked for once a pass. */
  public void replace(String tensor, UnaryOperator<NDArray> function) {
    put(replacements, tensor, function);
  }

  /**
   * Puts keys and values before those of an attention. Where positions count them, all blocks of a
   * stack have as many.
   */
  public void prefix(Place attention, AttentionPrefix prefix) {
    put(prefixes, attention, prefix);
  }

  /** Puts trained vectors (prefix, d) before the embeddings of the input. */
  public void input(Parameter vectors) {
    inputPrefix = onlyOne("the input", inputPrefix, vectors);
  }

  /** Puts a layer (batch, length, d) -> (batch, length, d) behind the input's embeddings. */
  public void behindEmbeddings(Block layer) {
    behindEmbeddings = onlyOne("behind the embeddings", behindEmbeddings, layer);
  }

  private static <V> V onlyOne(Object place, V there, V value) {
    if (there != null) {
      throw new IllegalStateException(place + " is taken");
    }
    return value;
  }

  private <K, V> void put(Map<K, V> all, K key, V value) {
    all.put(key, onlyOne(key, all.get(key), value));
    filled.merge(key, 1, Integer::sum);
  }

  /** Empties all hooks: the network computes what it did when it was loaded. */
  public void clear() {
    for (Map<?, ?> all :
        new Map<?, ?>[] {
          behind,
          behindSum,
          beside,
          prefixes,
          branches,
          inputScales,
          productScales,
          outputScales,
          biases
        }) {
      all.clear();
    }
    filled.clear();
    inputPrefix = null;
    behindEmbeddings = null;
    beginPass();
    replacements.clear();
    parameterStore = new ParameterStore(manager, false);
  }

  // ------------------------------------------------------------------ what is there

  /** The layers behind sub-layers, by their place. */
  public Map<Place, Block> layers() {
    return Collections.unmodifiableMap(behind);
  }

  /** The layers behind residual sums, by their place. */
  public Map<Place, Block> layersBehindSums() {
    return Collections.unmodifiableMap(behindSum);
  }

  /** Whether anything stands beside a projection, or scales one. */
  public boolean hasBranches() {
    return !(branches.isEmpty()
        && inputScales.isEmpty()
        && productScales.isEmpty()
        && outputScales.isEmpty());
  }

  /** Whether any layer stands beside a sub-layer, or behind the embeddings. */
  public boolean hasLayersBeside() {
    return !beside.isEmpty() || behindEmbeddings != null;
  }

  /** Whether the projection with this weight computes with another matrix than its own. */
  boolean changes(String weight) {
    return atMatrices().anyMatch(all -> all.containsKey(weight));
  }

  private Stream<Map<String, ?>> atMatrices() {
    return Stream.of(branches, inputScales, productScales, outputScales, replacements);
  }

  /** Whether any projection or norm has a bias from here. */
  public boolean hasBiases() {
    return !biases.isEmpty();
  }

  /** Whether trained vectors stand before the input or before an attention's keys. */
  public boolean hasPrefix() {
    return inputPrefix != null || !prefixes.isEmpty();
  }

  /** Whether any tensor is replaced where it is used. */
  public boolean replacesTensors() {
    return !replacements.isEmpty();
  }

  // ------------------------------------------------------------------ merging

  /**
   * The matrix (out, in) that computes what the projection with this weight does, biases apart, if
   * what stands beside it is linear.
   */
  NDArray mergedMatrix(String weight, NDArray w) {
    NDArray sum =
        scaledInput(ForwardPass.evaluation(), weight, tensor(weight, w)); // scales columns
    Branch branch = branches.get(weight);
    if (branch != null) {
      NDArray identity = w.getManager().eye(Math.toIntExact(w.getShape().get(1)));
      NDArray x = identity.toType(w.getDataType(), false);
      sum = sum.add(branch.apply(ForwardPass.evaluation(), x).transpose());
    }
    Supplier<NDArray> product = productScales.get(weight);
    if (product != null) {
      sum = sum.mul(product.get().expandDims(1));
    }
    Parameter scale = outputScales.get(weight);
    return scale == null ? sum : sum.mul(vector(scale).expandDims(1));
  }

  /** The bias (out) beside that matrix. */
  NDArray mergedBias(String weight, String bias, NDArray b) {
    Parameter scale = outputScales.get(weight);
    NDArray own = tensor(bias, b);
    return scale == null ? own : own.mul(vector(scale));
  }

  /** Takes away all that stands at these tensors but added biases; what it gives puts it back. */
  Runnable setAside(Set<String> tensors) {
    beginPass();
    Map<String, Branch> beforeBranches = new HashMap<>(branches);
    Map<String, Parameter> beforeInputs = new HashMap<>(inputScales);
    Map<String, Supplier<NDArray>> beforeProducts = new HashMap<>(productScales);
    Map<String, Parameter> beforeOutputs = new HashMap<>(outputScales);
    Map<String, UnaryOperator<NDArray>> beforeReplacements = new HashMap<>(replacements);
    atMatrices().forEach(all -> all.keySet().removeAll(tensors));
    return () -> {
      beginPass();
      branches.putAll(beforeBranches);
      inputScales.putAll(beforeInputs);
      productScales.putAll(beforeProducts);
      outputScales.putAll(beforeOutputs);
      replacements.putAll(beforeReplacements);
    };
  }

  /**
   * Whether nothing stands inside a sub-layer: nothing of any kind at the projections with these
   * weights, and at its place at most what reads its input or output.
   */
  boolean leaveAlone(Place place, List<String> weights) {
    long outside = Stream.of(behind, behindSum, beside).filter(m -> m.containsKey(place)).count();
    return filled.getOrDefault(place, 0) == outside
        && weights.stream().noneMatch(filled::containsKey);
  }

  // ------------------------------------------------------------------ what a network asks

  /**
   * Forgets the tensors of the last pass; encoder, decoder and all steps of generation are one
   * pass.
   */
  public void beginPass() {
    madeOnce.values().forEach(NDArray::close);
    madeOnce.clear();
  }

  /** What a method needs several times in a pass, made at its first use. */
  public NDArray oncePerPass(String name, Supplier<NDArray> value) {
    NDArray made = madeOnce.get(name);
    if (made == null) {
      made = Torch.keep(value.get(), manager);
      madeOnce.put(name, made);
    }
    return made;
  }

  /** A named tensor as it is to be used. */
  public NDArray tensor(String name, NDArray tensor) {
    UnaryOperator<NDArray> function = replacements.get(name);
    return function == null ? tensor : oncePerPass(name, () -> function.apply(tensor));
  }

  /**
   * The residual sum of the stream h and a sub-layer's output y, both (batch, length, d), with all
   * that stands around it.
   */
  public NDArray sum(ForwardPass pass, Place place, NDArray h, NDArray y) {
    NDArray sum = pass.residual(h, forward(behind.get(place), y, pass));
    Block parallel = beside.get(place);
    NDArray all = parallel == null ? sum : pass.lend(sum).add(forward(parallel, h, pass));
    return pass.cut(forward(behindSum.get(place), all, pass));
  }

  /** The input's embeddings (batch, length, d) with what stands behind them. */
  public NDArray behindEmbeddings(ForwardPass pass, NDArray embedded) {
    return forward(behindEmbeddings, embedded, pass);
  }

  private NDArray forward(Block layer, NDArray x, ForwardPass pass) {
    if (layer == null) {
      return x;
    }
    PairList<String, Object> parameters = new PairList<>(List.of(PASS), List.of(pass));
    NDList inputs = new NDList(pass.lend(x));
    return layer.forward(parameterStore, inputs, pass.isTraining(), parameters).head();
  }

  /** What the projection with this weight reads. */
  public NDArray scaledInput(ForwardPass pass, String weight, NDArray x) {
    Parameter scale = inputScales.get(weight);
    return scale == null ? x : pass.lend(x).mul(vector(scale));
  }

  /** Whether what the projection with this weight makes is scaled before its bias. */
  public boolean scalesProduct(String weight) {
    return productScales.containsKey(weight);
  }

  /** What the projection with this weight has made of x, with its branch and scale. */
  public NDArray product(ForwardPass pass, String weight, NDArray x, NDArray y) {
    Branch branch = branches.get(weight);
    NDArray sum = branch == null ? y : pass.lend(y).add(branch.apply(pass, pass.lend(x)));
    Supplier<NDArray> scale = productScales.get(weight);
    return scale == null ? sum : pass.lend(sum).mul(scale.get());
  }

  /** What the projection with this weight writes, its own bias among it. */
  public NDArray output(ForwardPass pass, String weight, NDArray y) {
    Parameter scale = outputScales.get(weight);
    return withBias(pass, weight, scale == null ? y : pass.lend(y).mul(vector(scale)));
  }

  /** A row or a column as the vector that it is. */
  private static NDArray vector(Parameter scale) {
    NDArray array = scale.getArray();
    return array.getShape().dimension() == 1 ? array : array.flatten();
  }

  /** The value of a projection or norm with the bias that is added to it. */
  public NDArray withBias(ForwardPass pass, String weight, NDArray y) {
    Parameter bias = biases.get(weight);
    return bias == null ? y : pass.lend(y).add(bias.getArray());
  }

  /** The vectors (prefix, d) before the input, or null. */
  public NDArray inputPrefix() {
    return inputPrefix == null ? null : inputPrefix.getArray();
  }

  /** What stands before an attention's keys and values; empty for most. */
  public Optional<AttentionPrefix> prefix(Place attention) {
    return Optional.ofNullable(prefixes.get(attention));
  }
}
