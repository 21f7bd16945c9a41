package io.github.compacter4j.methods;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What the registry knows of a method.
 *
 * @param name in specs
 * @param kind where it comes from
 * @param reader makes the method of a spec, whose options it checks
 * @param colour in charts, 0xRRGGBB
 * @param learningRates peak of the schedule by the name of a protocol
 * @param batchParts micro-batches into which the paper's script splits a batch
 */
public record MethodEntry(
    String name,
    Kind kind,
    Function<MethodSpec, Method> reader,
    int colour,
    Map<String, Double> learningRates,
    int batchParts) {

  /** The protocol of the paper, whose rate holds where another protocol has none of its own. */
  private static final String PAPER = "paper";

  /** Where a method comes from. */
  public enum Kind {
    /** The paper's tables. */
    PAPER,
    /** What the paper's methods are compared with beyond the paper. */
    REFERENCE,
    /** Other methods that people use. */
    FURTHER
  }

  /** An entry with the reference's usual learning rate, 3e-4, and whole batches. */
  static MethodEntry of(String name, Kind kind, Function<MethodSpec, Method> reader, int colour) {
    return new MethodEntry(name, kind, reader, colour, Map.of(PAPER, 3e-4), 1);
  }

  /** An entry with this learning rate in the protocol of this name. */
  MethodEntry rate(String protocol, double learningRate) {
    Map<String, Double> rates = new TreeMap<>(learningRates);
    rates.put(protocol, learningRate);
    return new MethodEntry(name, kind, reader, colour, rates, batchParts);
  }

  /** An entry whose batches the paper's script splits. */
  MethodEntry batchParts(int parts) {
    return new MethodEntry(name, kind, reader, colour, learningRates, parts);
  }

  /** Peak of the learning rate in a protocol. */
  public double learningRate(String protocol) {
    return learningRates.getOrDefault(protocol, learningRates.get(PAPER));
  }
}
