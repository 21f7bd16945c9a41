package io.github.compacter4j.methods.own;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.StepRule.Moments;
import io.github.compacter4j.model.TensorSpec;
import io.github.compacter4j.torch.NamedRandom;
import io.github.compacter4j.torch.TorchFunctions;
import io.github.compacter4j.torch.UpdateFunctions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** What SpIEL adds to one matrix (out, in): k values at k places, which may move. */
final class SparseDelta {
  /** What the names of the places end in. */
  static final String PLACES = "sft_places";

  private final Parameter values; // (k)
  private final Parameter places; // (2, k): rows, columns
  private final Parameter ages; // (k)
  private final Parameter candidates; // (2, k): the places of the largest gradients of a phase
  private final Parameter sums; // (2, k): of their gradients, of the squares
  private final long columns;
  private Supplier<NDArray> weight;

  private SparseDelta(Plan plan, TensorSpec matrix, int k, long seed) {
    columns = matrix.shape().get(1);
    values = plan.tensor(matrix.sibling("sft_delta"), new Shape(k), Initializer.ZEROS);
    String name = matrix.sibling(PLACES);
    places =
        plan.kept(
            name,
            new Shape(2, k),
            (base, owner, shape, type) -> random(owner, type, k, matrix.shape(), seed, name));
    ages = plan.ages(values, new Shape(k));
    candidates = plan.state(matrix.sibling("sft_candidates"), new Shape(2, k));
    sums = plan.state(matrix.sibling("sft_sums"), new Shape(2, k));
  }

  /** Inserts a delta in that share of a matrix's entries, at least one. */
  static SparseDelta insert(Plan plan, TensorSpec matrix, double density, long seed) {
    int k = Math.max(1, (int) (density * matrix.shape().size()));
    SparseDelta delta = new SparseDelta(plan, matrix, k, seed);
    plan.hook(
        (hooks, adaptation) -> {
          delta.weight = () -> adaptation.network().weights().get(matrix.name());
          hooks.replace(
              matrix.name(),
              w -> TorchFunctions.addAt(w, delta.numbers(), delta.values.getArray()));
        });
    return delta;
  }

  private static NDArray random(
      NDManager owner, DataType type, int k, Shape matrix, long seed, String name) {
    int[] order = new NamedRandom(seed, name).permutation(Math.toIntExact(matrix.size()));
    long[] chosen = Arrays.stream(order, 0, k).sorted().asLongStream().toArray();
    return split(owner, type, chosen, matrix.get(1));
  }

  /** Numbers of entries, row by row, as rows and columns (2, k). */
  private static NDArray split(NDManager owner, DataType type, long[] entries, long columns) {
    double[] both = new double[2 * entries.length];
    for (int i = 0; i < entries.length; i++) {
      both[i] = entries[i] / columns;
      both[entries.length + i] = entries[i] % columns;
    }
    return array(owner, type, both, new Shape(2, entries.length));
  }

  private static NDArray array(NDManager owner, DataType type, double[] values, Shape shape) {
    NDArray wide = owner.create(values, shape);
    return type == DataType.FLOAT64 ? wide : TorchFunctions.cast(wide, type);
  }

  /** The entries' numbers, row by row: (k), whole. */
  private NDArray numbers() {
    NDArray both = places.getArray().toType(DataType.INT64, true);
    return both.get(0).mul(both.getManager().create(columns)).add(both.get(1));
  }

  /** The numbers of entries at places (2, k). */
  private long[] entries(Parameter at) {
    double[] both = doubles(at.getArray());
    int k = both.length / 2;
    return IntStream.range(0, k)
        .mapToLong(i -> (long) both[i] * columns + (long) both[k + i])
        .toArray();
  }

  private static double[] doubles(NDArray array) {
    NDArray wide =
        array.getDataType() == DataType.FLOAT64
            ? array
            : TorchFunctions.cast(array, DataType.FLOAT64);
    return wide.toDoubleArray();
  }

  private static void set(NDArray target, double[] to) {
    TorchFunctions.copy(
        array(target.getManager(), target.getDataType(), to, target.getShape()), target);
  }

  /** Whether any value is not zero. */
  boolean isTrained() {
    return Arrays.stream(doubles(values.getArray())).anyMatch(value -> value != 0);
  }

  // ------------------------------------------------------------------ gathering

  /** Lets the next backward pass give the whole matrix a gradient. */
  void watch() {
    weight.get().setRequiresGradient(true);
  }

  /**
   * Takes the whole matrix's gradient.
   *
   * @param first whether it is a phase's first, which chooses the candidates: the largest
   */
  void gather(boolean first) {
    NDArray w = weight.get();
    NDArray gradient = w.getGradient().toType(values.getArray().getDataType(), false).flatten();
    if (first) {
      NDArray largest = gradient.abs().topK((int) values.getArray().size(), 0, true, true).get(1);
      NDArray target = candidates.getArray();
      TorchFunctions.copy(
          split(target.getManager(), target.getDataType(), largest.toLongArray(), columns), target);
      TorchFunctions.copy(sums.getArray().zerosLike(), sums.getArray());
    }
    NDArray now = gradient.gather(gradient.getManager().create(entries(candidates)), 0); // (k)
    sums.getArray().addi(NDArrays.stack(new NDList(now, now.square())));
    UpdateFunctions.zeroGradients(List.of(w));
    w.setRequiresGradient(false);
  }

  // ------------------------------------------------------------------ moving

  /**
   * Gives up the values nearest to zero for the candidates with the largest sums of gradients; a
   * candidate that is given up itself stays as it is.
   *
   * @param share of the values that may be given up
   * @param gradients how many were gathered
   */
  void move(double share, int gradients, Moments moments) {
    long[] at = entries(places);
    int most = (int) (share * at.length);
    double[] delta = doubles(values.getArray());
    List<Integer> weakest = bySize(delta);
    Set<Long> staying = new HashSet<>();
    weakest.subList(most, weakest.size()).forEach(i -> staying.add(at[i]));
    long[] found = entries(candidates);
    double[] sum = doubles(sums.getArray());
    List<Integer> strongest = new ArrayList<>(bySize(Arrays.copyOf(sum, found.length)));
    Collections.reverse(strongest);
    List<Integer> chosen =
        strongest.stream().filter(i -> !staying.contains(found[i])).limit(most).toList();
    Set<Long> arriving = new HashSet<>();
    chosen.forEach(i -> arriving.add(found[i]));
    List<Integer> free = new ArrayList<>(weakest.subList(0, chosen.size()));
    Set<Long> leaving = new HashSet<>();
    free.forEach(i -> leaving.add(at[i]));
    free.removeIf(i -> arriving.contains(at[i]));
    Iterator<Integer> next = free.iterator();
    Entry entry = new Entry(moments, gradients);
    for (int i : chosen) {
      if (!leaving.contains(found[i])) {
        int place = next.next();
        at[place] = found[i];
        entry.begin(place, sum[i] / gradients, sum[found.length + i] / gradients);
      }
    }
    entry.write();
    NDArray target = places.getArray();
    TorchFunctions.copy(split(target.getManager(), target.getDataType(), at, columns), target);
  }

  /** Numbers of values, the one nearest to zero first. */
  private static List<Integer> bySize(double[] of) {
    return IntStream.range(0, of.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> Math.abs(of[i])))
        .toList();
  }

  /** What belongs to each value, read once and written once. */
  private final class Entry {
    private final int gradients;
    private final double keeps1;
    private final double keeps2;
    private final NDArray first;
    private final NDArray second;
    private final double[] delta = doubles(values.getArray());
    private final double[] age = doubles(ages.getArray());
    private final double[] m;
    private final double[] v;

    Entry(Moments moments, int gradients) {
      this.gradients = gradients;
      keeps1 = Math.pow(moments.beta1(), gradients);
      keeps2 = Math.pow(moments.beta2(), gradients);
      first = moments.first(values.getName());
      second = moments.second(values.getName());
      m = doubles(first);
      v = doubles(second);
    }

    /** Lets a value begin as if it had seen the gathered gradients, all being their mean. */
    void begin(int place, double mean, double meanOfSquares) {
      delta[place] = 0;
      m[place] = (1 - keeps1) * mean;
      v[place] = (1 - keeps2) * meanOfSquares;
      age[place] = gradients - 1; // the update to come is counted on top
    }

    void write() {
      set(values.getArray(), delta);
      set(ages.getArray(), age);
      set(first, m);
      set(second, v);
    }
  }
}
