package io.github.compacter4j.methods;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What the registry knows of a method.
 *
 * @param name in specs
 * @param kind where it comes from
 * @param family what it changes
 * @param reader makes the method of a spec, whose options it checks
 * @param colour in charts, 0xRRGGBB
 * @param learningRates peak of the schedule by the name of a protocol, of an encoder's head by that
 *     name and "head"
 * @param batchParts micro-batches into which the paper's script splits a batch
 * @param variants what holds instead where a spec has an option of some value
 */
public record MethodEntry(
    String name,
    Kind kind,
    MethodFamily family,
    Function<MethodSpec, Method> reader,
    int colour,
    Map<String, Double> learningRates,
    int batchParts,
    List<Variant> variants) {

  /** The protocol of the paper, whose rate holds where another protocol has none of its own. */
  private static final String PAPER = "paper";

  private static final String HEAD = " head";

  /** What holds where a spec has this value of an option. */
  record Variant(String option, String value, MethodEntry entry) {}

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
  static MethodEntry of(
      String name,
      Kind kind,
      MethodFamily family,
      Function<MethodSpec, Method> reader,
      int colour) {
    return new MethodEntry(name, kind, family, reader, colour, Map.of(PAPER, 3e-4), 1, List.of());
  }

  /** An entry with this learning rate in the protocol of this name. */
  MethodEntry rate(String protocol, double learningRate) {
    Map<String, Double> rates = new TreeMap<>(learningRates);
    rates.put(protocol, learningRate);
    return new MethodEntry(name, kind, family, reader, colour, rates, batchParts, variants);
  }

  /** An entry with which an encoder's head learns at this rate in the protocol of this name. */
  MethodEntry headRate(String protocol, double learningRate) {
    return rate(protocol + HEAD, learningRate);
  }

  /** An entry whose batches the paper's script splits. */
  MethodEntry batchParts(int parts) {
    return new MethodEntry(name, kind, family, reader, colour, learningRates, parts, variants);
  }

  /** An entry of which something else holds where a spec has this value of an option. */
  MethodEntry where(String option, String value, UnaryOperator<MethodEntry> change) {
    List<Variant> more = new ArrayList<>(variants);
    more.add(new Variant(option, value, change.apply(this)));
    return new MethodEntry(name, kind, family, reader, colour, learningRates, batchParts, more);
  }

  /** What holds for a spec of this method. */
  MethodEntry of(MethodSpec spec) {
    return variants.stream()
        .filter(variant -> spec.option(variant.option).stream().anyMatch(variant.value::equals))
        .map(Variant::entry)
        .findFirst()
        .orElse(this);
  }

  /** Peak of the learning rate in a protocol. */
  public double learningRate(String protocol) {
    return learningRates.getOrDefault(protocol, learningRates.get(PAPER));
  }

  /** Peak of the learning rate of an encoder's head in a protocol, where the method has its own. */
  public Optional<Double> headLearningRate(String protocol) {
    return Optional.ofNullable(learningRates.get(protocol + HEAD));
  }
}
