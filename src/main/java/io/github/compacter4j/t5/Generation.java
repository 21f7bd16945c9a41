package io.github.compacter4j.t5;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.torch.GradientMode;
import java.util.Arrays;

/** Writes text: greedy or beam search with cached keys and values. */
public final class Generation {
  private final T5Network network;
  private final GenerationOptions options;
  private final int eos;

  /** A generator over the network. */
  public Generation(T5Network network, GenerationOptions options) {
    this(network, options, network.config().eosTokenId());
  }

  /** A generator that takes another id for the end of a text. */
  Generation(T5Network network, GenerationOptions options, int eos) {
    this.network = network;
    this.options = options;
    this.eos = eos;
  }

  /**
   * Generates for a batch.
   *
   * @param ids int64 (batch, source)
   * @param mask (batch, source)
   * @return (batch * returned) rows of equal length, from the start id on, padded behind the end
   */
  public long[][] generate(NDArray ids, NDArray mask) {
    return search(ids, mask).ids();
  }

  /** {@link #generate} with the results' scores; greedy search has none. */
  BeamSearch.Result search(NDArray ids, NDArray mask) {
    try (GradientMode mode = GradientMode.off();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      EncoderOutput encoded = network.encode(ForwardPass.evaluation(), ids, mask);
      try (DecoderCache cache = network.newCache(encoded)) {
        NDManager manager = ids.getManager();
        int batch = Math.toIntExact(ids.getShape().get(0));
        return options.beams() == 1
            ? new BeamSearch.Result(greedy(manager, cache, batch), new double[0])
            : new BeamSearch(network, options, eos).search(manager, cache, batch);
      }
    }
  }

  private long[][] greedy(NDManager manager, DecoderCache cache, int batch) {
    long pad = network.config().padTokenId();
    long[][] rows = new long[batch][options.maxLength()];
    boolean[] done = new boolean[batch];
    long[] newest = new long[batch];
    Arrays.fill(newest, network.config().decoderStartTokenId());
    int length = 0;
    while (true) {
      for (int row = 0; row < batch; row++) {
        rows[row][length] = newest[row];
      }
      length++;
      if (length == options.maxLength() || allTrue(done)) {
        return trim(rows, length);
      }
      try (NDScope step = new NDScope()) {
        step.suppressNotUsedWarning();
        NDArray input = manager.create(newest, new Shape(batch, 1));
        NDArray logits = network.decodeNext(ForwardPass.evaluation(), input, cache);
        newest = logits.argMax(1).toLongArray();
      }
      for (int row = 0; row < batch; row++) {
        newest[row] = done[row] ? pad : newest[row];
        done[row] |= newest[row] == eos;
      }
    }
  }

  private static long[][] trim(long[][] rows, int length) {
    return Arrays.stream(rows).map(row -> Arrays.copyOf(row, length)).toArray(long[][]::new);
  }

  private static boolean allTrue(boolean[] flags) {
    for (boolean flag : flags) {
      if (!flag) {
        return false;
      }
    }
    return true;
  }
}
