package io.github.compacter4j.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Functions that ran without libtorch's records, each with its own backward pass, among others that
 * libtorch records as usual.
 *
 * <p>To libtorch a value of the tape is a plain tensor, freed when nobody reads it any more. What
 * libtorch is to record reads a value that was {@link #lend lent}; what it made is {@link #cut}
 * before a function of the tape reads it. {@link #backward} then walks from the end to the start.
 */
public final class Tape implements AutoCloseable {
  /** A value, what its backward pass needs, and that pass, given the value's gradient. */
  private record Entry(
      NDArray value, boolean lent, List<NDArray> kept, Consumer<NDArray> backward) {}

  private static final Tape NONE = new Tape(null);

  private final NDManager manager; // null of a tape that nothing is put on
  private final Deque<Entry> entries = new ArrayDeque<>();
  private final Map<NDArray, NDArray> gradients =
      new IdentityHashMap<>(); // of values, null at first
  private final Map<NDArray, NDArray> cuts = new IdentityHashMap<>();
  private final Map<NDArray, NDArray> lent = new IdentityHashMap<>();

  /** An empty tape. */
  public Tape() {
    this(Torch.newManager());
  }

  private Tape(NDManager manager) {
    this.manager = manager;
  }

  /** A tape for computing without gradients, on which nothing is put. */
  static Tape none() {
    return NONE;
  }

  /** Whether the gradient of x is asked for; x may be null. */
  boolean wants(NDArray x) {
    return manager != null
        && x != null
        && (gradients.containsKey(x) || TorchFunctions.requiresGradient(x));
  }

  /**
   * A value with the numbers of {@code x}, whose gradient goes on into the graph behind x in one
   * go; x itself where no gradient is asked for or x is on the tape. Graphs that meet further back
   * are walked once for each.
   */
  public NDArray cut(NDArray x) {
    if (!wants(x) || gradients.containsKey(x)) {
      return x;
    }
    return cuts.computeIfAbsent(
        x,
        absent -> {
          NDArray graph = TorchFunctions.alias(x);
          NDArray copy = TorchFunctions.withoutGraph(x);
          return record(copy, List.of(graph, copy), gradient -> walk(graph, gradient));
        });
  }

  /**
   * A value with the numbers of {@code x}, which libtorch takes for a tensor that trains:
   * operations on it are recorded, and the gradient that they leave goes on to x. It is x itself
   * where x is not on the tape.
   */
  public NDArray lend(NDArray x) {
    if (!gradients.containsKey(x)) {
      return x;
    }
    return lent.computeIfAbsent(
        x,
        absent -> {
          NDArray leaf = TorchFunctions.withoutGraph(x);
          leaf.setRequiresGradient(true);
          Torch.keep(leaf, manager);
          push(new Entry(leaf, true, List.of(leaf), gradient -> add(x, gradient)));
          return leaf;
        });
  }

  /** Computes without libtorch's records. */
  static <T> T unrecorded(Supplier<T> computation) {
    try (GradientMode off = GradientMode.off()) {
      return computation.get();
    }
  }

  /**
   * Puts a value on the tape.
   *
   * @param kept arrays made for the backward pass, freed behind it
   * @param backward gives the inputs their gradients by {@link #add}; nothing is recorded meanwhile
   */
  NDArray record(NDArray value, List<NDArray> kept, Consumer<NDArray> backward) {
    kept.forEach(array -> Torch.keep(array, manager));
    push(new Entry(value, false, kept, backward));
    return value;
  }

  private void push(Entry entry) {
    gradients.put(entry.value, null);
    entries.push(entry);
  }

  /** Adds to the gradient of x, a value of the tape or a tensor that trains. */
  void add(NDArray x, NDArray gradient) {
    if (!gradients.containsKey(x)) {
      walk(x, gradient);
      return;
    }
    NDArray before = gradients.get(x);
    NDArray sum = before == null ? TorchFunctions.withoutGraph(gradient) : before.add(gradient);
    gradients.put(x, Torch.keep(sum, manager));
    if (before != null) {
      before.close();
    }
  }

  /** Walks a graph without consuming it: it is gone as soon as nobody holds what it leads to. */
  private static void walk(NDArray y, NDArray gradient) {
    JniUtils.backward((PtNDArray) y, (PtNDArray) gradient, true, false);
  }

  /** Adds the gradient of a scalar to every tensor that asks for one; the tape is empty then. */
  public void backward(NDArray loss) {
    Torch.backward(loss);
    while (!entries.isEmpty()) {
      Entry entry = entries.pop();
      try (NDScope scope = new NDScope();
          GradientMode off = GradientMode.off()) {
        scope.suppressNotUsedWarning();
        NDArray gradient = gradient(entry);
        if (gradient != null) {
          entry.backward.accept(gradient);
          gradient.close();
        }
      }
      entry.kept.forEach(NDArray::close);
    }
    cuts.clear();
    lent.clear();
  }

  /** What functions of the tape and libtorch's graphs gave together; null where nothing did. */
  private NDArray gradient(Entry entry) {
    NDArray own = gradients.remove(entry.value);
    NDArray recorded = entry.lent ? JniUtils.getGradient((PtNDArray) entry.value) : null;
    if (own == null || recorded == null) {
      return own == null ? recorded : own;
    }
    try (own) {
      return own.add(recorded);
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
