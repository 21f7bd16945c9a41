package io.github.compacter4j.t5;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.model.ForwardPass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Beam search by the rules of transformers 4.x, which the paper's numbers come from. */
final class BeamSearch {
  private static final double OUT_OF_PLAY = -1e9;

  private final T5Network network;
  private final GenerationOptions options;
  private final int eos;
  private final int beams;
  private final long pad;

  BeamSearch(T5Network network, GenerationOptions options, int eos) {
    this.network = network;
    this.options = options;
    this.eos = eos;
    beams = options.beams();
    pad = network.config().padTokenId();
  }

  /** The running beams of all rows: (batch * beams) texts of one length with their scores. */
  private static final class Running {
    final long[][] texts;
    final double[] scores;
    final long[] parents;

    Running(int rows) {
      texts = new long[rows][];
      scores = new double[rows];
      parents = new long[rows];
    }
  }

  /**
   * The results.
   *
   * @param ids (batch * returned) rows of equal length
   * @param scores log-probabilities over length to the power of the penalty
   */
  record Result(long[][] ids, double[] scores) {}

  Result search(NDManager manager, DecoderCache cache, int batch) {
    cache.select(manager.create(repeated(batch)));
    FinishedBeams[] finished = new FinishedBeams[batch];
    Arrays.setAll(finished, row -> new FinishedBeams(options));
    Running running = start(batch);
    while (running.texts[0].length < options.maxLength()
        && !Arrays.stream(finished).allMatch(FinishedBeams::isDone)) {
      try (NDScope step = new NDScope()) {
        step.suppressNotUsedWarning();
        running = step(manager, cache, running, finished);
      }
    }
    addUnfinished(running, finished);
    return collect(finished);
  }

  private long[] repeated(int batch) {
    long[] rows = new long[batch * beams];
    Arrays.setAll(rows, i -> i / beams);
    return rows;
  }

  /** One text a row in play; the other beams would only repeat it. */
  private Running start(int batch) {
    Running running = new Running(batch * beams);
    for (int i = 0; i < batch * beams; i++) {
      running.texts[i] = new long[] {network.config().decoderStartTokenId()};
      running.scores[i] = i % beams == 0 ? 0 : OUT_OF_PLAY;
    }
    return running;
  }

  private Running step(
      NDManager manager, DecoderCache cache, Running running, FinishedBeams[] finished) {
    int rows = running.texts.length;
    long[] newest = Arrays.stream(running.texts).mapToLong(t -> t[t.length - 1]).toArray();
    NDArray input = manager.create(newest, new Shape(rows, 1));
    NDArray logits = network.decodeNext(ForwardPass.evaluation(), input, cache);
    NDArray scores = manager.create(running.scores, new Shape(rows, 1));
    NDArray sums = logits.logSoftmax(1).toType(DataType.FLOAT64, false).add(scores);
    int vocabulary = Math.toIntExact(logits.getShape().get(1));
    int batch = finished.length;
    NDList best = sums.reshape(batch, (long) beams * vocabulary).topK(2 * beams, 1, true, true);
    double[] candidateScores = best.get(0).toDoubleArray();
    long[] candidates = best.get(1).toLongArray();
    Running next = new Running(rows);
    for (int row = 0; row < batch; row++) {
      advance(row, running, next, candidateScores, candidates, vocabulary, finished[row]);
    }
    cache.select(manager.create(next.parents));
    return next;
  }

  private void advance(
      int row,
      Running running,
      Running next,
      double[] scores,
      long[] candidates,
      int vocabulary,
      FinishedBeams finished) {
    int taken = 0;
    boolean wasDone = finished.isDone();
    int first = row * 2 * beams;
    for (int rank = 0; rank < 2 * beams && taken < beams && !wasDone; rank++) {
      long token = candidates[first + rank] % vocabulary;
      int parent = row * beams + (int) (candidates[first + rank] / vocabulary);
      double score = scores[first + rank];
      if (token == eos) {
        if (rank < beams) {
          finished.add(running.texts[parent], score);
        }
      } else {
        put(next, row * beams + taken++, running, parent, token, score);
      }
    }
    for (; taken < beams; taken++) {
      put(next, row * beams + taken, running, row * beams, pad, 0);
    }
    finished.update(scores[first], running.texts[row * beams].length);
  }

  private static void put(
      Running next, int slot, Running running, int parent, long token, double score) {
    long[] text = running.texts[parent];
    next.texts[slot] = Arrays.copyOf(text, text.length + 1);
    next.texts[slot][text.length] = token;
    next.scores[slot] = score;
    next.parents[slot] = parent;
  }

  private void addUnfinished(Running running, FinishedBeams[] finished) {
    for (int i = 0; i < running.texts.length; i++) {
      if (!finished[i / beams].isDone()) {
        finished[i / beams].add(running.texts[i], running.scores[i]);
      }
    }
  }

  /** The best results padded to one length; each ends with eos if there is room. */
  private Result collect(FinishedBeams[] finished) {
    List<FinishedBeams.Hypothesis> best = new ArrayList<>();
    for (FinishedBeams row : finished) {
      best.addAll(row.best(options.returned()));
    }
    int longest = best.stream().mapToInt(result -> result.text().length).max().orElse(0);
    int width = Math.min(longest + 1, options.maxLength());
    return new Result(
        best.stream().map(result -> padded(result.text(), width)).toArray(long[][]::new),
        best.stream().mapToDouble(FinishedBeams.Hypothesis::score).toArray());
  }

  private long[] padded(long[] text, int width) {
    long[] row = Arrays.copyOf(text, width);
    Arrays.fill(row, Math.min(text.length, width), width, pad);
    if (text.length < options.maxLength()) {
      row[text.length] = eos;
    }
    return row;
  }
}
