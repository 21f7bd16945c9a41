package io.github.compacter4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;

/** One attention layer: projections to queries, keys and values, attention, and one back. */
public final class Attention {
  private final Projections projections;
  private final Hooks hooks;
  private final Place place;
  private final Names names;
  private final int heads;
  private final double scale;

  /** Names of the four matrices, (heads * width, d) and the last the other way round. */
  public record Names(String q, String k, String v, String o) {}

  /**
   * The layer at a place.
   *
   * @param scale factor of the scores, 1 in T5
   */
  public Attention(
      Projections projections, Hooks hooks, Place place, Names names, int heads, double scale) {
    this.projections = projections;
    this.hooks = hooks;
    this.place = place;
    this.names = names;
    this.heads = heads;
    this.scale = scale;
  }

  /** Keys and values of {@code x} (batch, key, d), each (batch, key, heads * width). */
  public KeyValues keyValues(ForwardPass pass, NDArray x) {
    return new KeyValues(projections.apply(pass, names.k, x), projections.apply(pass, names.v, x));
  }

  /**
   * Attends from {@code x} to the given keys and values.
   *
   * @param x (batch, query, d)
   * @param bias broadcast to (batch, heads, query, key), mask included; a prefix is among its keys
   *     where positions count it
   * @return (batch, query, d)
   */
  public NDArray forward(ForwardPass pass, NDArray x, KeyValues attended, NDArray bias) {
    NDArray q = projections.apply(pass, names.q, x); // (batch, query, heads * width)
    Optional<AttentionPrefix> prefix = hooks.prefix(place);
    KeyValues all = prefix.map(p -> before(pass, p, attended)).orElse(attended);
    NDArray seen = prefix.filter(p -> !p.counts()).map(p -> open(p, pass.lend(bias))).orElse(bias);
    return projections.apply(
        pass, names.o, pass.attention(q, all.keys(), all.values(), seen, heads, scale));
  }

  /** {@link #forward} from {@code x} (batch, length, d) to itself, as one function if possible. */
  public NDArray toItself(ForwardPass pass, NDArray x, NDArray bias) {
    return projections
        .frozen(pass, place, List.of(names.q, names.k, names.v, names.o))
        .filter(frozen -> pass.joins(List.of(bias)))
        .map(w -> pass.selfAttention(x, w.matrices(), w.biases(), bias, heads, scale))
        .orElseGet(() -> forward(pass, x, keyValues(pass, x), bias));
  }

  private static KeyValues before(ForwardPass pass, AttentionPrefix prefix, KeyValues own) {
    KeyValues lent = new KeyValues(pass.lend(own.keys()), pass.lend(own.values()));
    return prefix.vectors().apply(pass).repeated(own.keys().getShape().get(0)).then(lent);
  }

  /** Scores' bias or mask with zeros for a prefix before the keys: every query sees it. */
  public static NDArray open(AttentionPrefix prefix, NDArray bias) {
    Shape keys = bias.getShape(); // (batch or 1, heads or 1, query or 1, key)
    Shape before = new Shape(keys.get(0), keys.get(1), keys.get(2), prefix.length());
    return bias.getManager().zeros(before, bias.getDataType()).concat(bias, 3);
  }
}
