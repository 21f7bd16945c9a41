package io.github.compacter4j.model;

/**
 * Probabilities of dropout in training.
 *
 * @param hidden of embeddings and of what sub-layers add
 * @param attention of attention's probabilities
 * @param head before the layers of a head
 */
public record Dropout(double hidden, double attention, double head) {

  /** One probability for all. */
  public static Dropout of(double rate) {
    return new Dropout(rate, rate, rate);
  }
}
