package io.github.compacter4j.methods;

import io.github.compacter4j.model.Anatomy;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * The number by which it is chosen how many parameters a method trains.
 *
 * @param options what a number means, from 1 up
 * @param rising whether larger numbers train more
 * @param least the smallest number that makes sense, by the method's options for a network
 * @param step of the numbers that are possible, told by the method's options for a network
 * @param most the largest number that makes sense, by the method's options for a network
 * @param warning what makes a number dear, empty where nothing does
 */
public record Knob(
    IntFunction<Map<String, Object>> options,
    boolean rising,
    BiFunction<MethodSpec, Anatomy, Integer> least,
    Function<MethodSpec, Integer> step,
    BiFunction<MethodSpec, Anatomy, Integer> most,
    IntFunction<String> warning) {
  private static final int MOST = 1 << 30;

  /** A whole number that stands for one option or several. */
  static Knob of(IntFunction<Map<String, Object>> options) {
    return new Knob(options, true, (spec, a) -> 1, spec -> 1, (spec, a) -> MOST, value -> "");
  }

  /** One option that is a whole number. */
  static Knob of(String option) {
    return of(value -> Map.of(option, value));
  }

  /**
   * This number, of which larger ones train less, if not each than the one before: the smallest is
   * chosen that trains few enough.
   */
  Knob falling() {
    return new Knob(options, false, least, step, most, warning);
  }

  /** The multiples of another option of the method. */
  Knob multiplesOf(String option) {
    return new Knob(options, rising, least, spec -> spec.positive(option, 1), most, warning);
  }

  /** This number from a smallest one up. */
  Knob from(BiFunction<MethodSpec, Anatomy, Integer> smallest) {
    return new Knob(options, rising, smallest, step, most, warning);
  }

  /** This number up to a largest one. */
  Knob upTo(BiFunction<MethodSpec, Anatomy, Integer> largest) {
    return new Knob(options, rising, least, step, largest, warning);
  }

  /** This number up to the width of the network. */
  Knob upToWidth() {
    return upTo((spec, anatomy) -> anatomy.width());
  }

  /** This number, of which those above one come with a warning. */
  Knob dearAbove(int value, String why) {
    return new Knob(options, rising, least, step, most, v -> v > value ? why : "");
  }

  /** The options that it sets. */
  Set<String> names() {
    return new TreeMap<>(options.apply(1)).keySet();
  }

  /** A spec with what a number means. */
  MethodSpec turn(MethodSpec spec, int value) {
    MethodSpec turned = spec;
    for (Map.Entry<String, Object> option : new TreeMap<>(options.apply(value)).entrySet()) {
      turned = turned.with(option.getKey(), option.getValue());
    }
    return turned;
  }
}
