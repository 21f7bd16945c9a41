package io.github.compacter4j.methods;

import com.fasterxml.jackson.annotation.JsonValue;
import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A method's name and options, in text {@code name[option=value,...]}.
 *
 * @param name one of the registry's, which {@link Methods#of} checks
 * @param options in the order in which they are written
 */
public record MethodSpec(String name, Map<String, String> options) {

  /** A spec whose options keep their order and cannot change. */
  public MethodSpec {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }

  /** A name without options. */
  public static MethodSpec of(String name) {
    return new MethodSpec(name, Map.of());
  }

  /**
   * Reads a name with options in brackets, for instance {@code compacter++[n=4,reduction=32]}.
   *
   * @throws UserException (wrong usage) where the brackets are malformed or an option stands twice
   */
  public static MethodSpec parse(String spec) {
    String text = spec.strip();
    int open = text.indexOf('[');
    if (open < 0) {
      return of(text);
    }
    if (!text.endsWith("]")) {
      throw UserException.usage(
          "method '" + Names.shortened(spec) + "': expected name[option=value,...]");
    }
    Map<String, String> options = new LinkedHashMap<>();
    for (String option : text.substring(open + 1, text.length() - 1).split(",", -1)) {
      String[] parts = option.strip().split("=", 2);
      if (parts.length != 2 || parts[1].isBlank()) {
        throw UserException.usage(
            "method '%s': expected option=value, found '%s'"
                .formatted(Names.shortened(spec), Names.shortened(option.strip())));
      }
      if (options.put(parts[0].strip(), parts[1].strip()) != null) {
        throw UserException.usage(
            "method '%s': %s is given twice"
                .formatted(Names.shortened(spec), Names.shortened(parts[0].strip())));
      }
    }
    return new MethodSpec(text.substring(0, open).strip(), options);
  }

  /** A spec that has one option more, or this one with another value in the same place. */
  public MethodSpec with(String option, Object value) {
    Map<String, String> changed = new LinkedHashMap<>(options);
    changed.put(option, text(value));
    return new MethodSpec(name, changed);
  }

  /** This spec with another's options too; of equal ones the other's. */
  public MethodSpec withAll(MethodSpec more) {
    Map<String, String> changed = new LinkedHashMap<>(options);
    changed.putAll(more.options);
    return new MethodSpec(name, changed);
  }

  /** A spec that has one option more, if its value is not the usual one. */
  public <T> MethodSpec withUnless(String option, T value, T usual) {
    return value.equals(usual) ? this : with(option, value);
  }

  private static String text(Object value) {
    if (value instanceof Enum<?> constant) {
      return text(constant);
    }
    return value instanceof Double number
        ? BigDecimal.valueOf(number).stripTrailingZeros().toPlainString()
        : value.toString();
  }

  /** A spec that lacks one option. */
  public MethodSpec without(String option) {
    Map<String, String> changed = new LinkedHashMap<>(options);
    changed.remove(option);
    return new MethodSpec(name, changed);
  }

  /** The value of an option, as it is written. */
  public Optional<String> option(String option) {
    return Optional.ofNullable(options.get(option));
  }

  /** The text that {@link #parse} reads back. */
  @Override
  @JsonValue
  public String toString() {
    return options.isEmpty()
        ? name
        : options.entrySet().stream()
            .map(option -> option.getKey() + "=" + option.getValue())
            .collect(Collectors.joining(",", name + "[", "]"));
  }

  // ------------------------------------------------------------------ reading options

  /**
   * This spec, if it has none but the options named.
   *
   * @throws UserException (wrong usage) naming another option, and the nearest one that is known
   */
  public MethodSpec allow(String... known) {
    return allow(Arrays.asList(known));
  }

  /**
   * This spec, if it has none but the options named; a message names {@code norms} too, which every
   * further method takes and which has been read.
   *
   * @throws UserException (wrong usage) naming another option, and the nearest one that is known
   */
  public MethodSpec allowBesideNorms(String... known) {
    return allow(Stream.concat(Arrays.stream(known), Stream.of("norms")).toList());
  }

  /**
   * This spec, if it has none but the options named.
   *
   * @throws UserException (wrong usage) naming another option, and the nearest one that is known
   */
  public MethodSpec allow(Collection<String> known) {
    for (String option : options.keySet()) {
      if (known.isEmpty()) {
        throw UserException.usage(
            "method "
                + Names.shortened(name)
                + " takes no options, found '"
                + Names.shortened(option)
                + "'");
      }
      if (!known.contains(option)) {
        throw Names.unknown("option of method " + name, option, known);
      }
    }
    return this;
  }

  /** A positive whole number. */
  public int positive(String option, int otherwise) {
    String value = options.get(option);
    return value == null ? otherwise : wholeNumber(option, value);
  }

  /** A row's number from 0; empty where the option is not given. */
  public OptionalInt index(String option) {
    String value = options.get(option);
    if (value == null) {
      return OptionalInt.empty();
    }
    return value.equals("0") ? OptionalInt.of(0) : OptionalInt.of(wholeNumber(option, value));
  }

  /** A positive whole number; empty for {@code auto} or where the option is not given. */
  public OptionalInt positiveOrAuto(String option) {
    String value = options.getOrDefault(option, "auto");
    return value.equals("auto")
        ? OptionalInt.empty()
        : OptionalInt.of(wholeNumber(option, value, "a positive whole number or auto"));
  }

  /** A whole number from 0. */
  public int fromZero(String option, int otherwise) {
    String value = options.get(option);
    return value == null ? otherwise : index(option).getAsInt();
  }

  /** A number from 0. */
  public double fromZero(String option, double otherwise) {
    String value = options.get(option);
    return value != null && value.matches("0(\\.0*)?") ? 0 : positive(option, otherwise);
  }

  /** A rate of dropout, from 0 to below 1. */
  public double rate(String option, double otherwise) {
    double rate = fromZero(option, otherwise);
    if (rate >= 1) {
      throw expected(option, options.get(option), "a number from 0 to below 1");
    }
    return rate;
  }

  private int wholeNumber(String option, String value) {
    return wholeNumber(option, value, "a positive whole number");
  }

  private int wholeNumber(String option, String value, String what) {
    try {
      int number = Integer.parseInt(value);
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw expected(option, value, what);
    }
    throw expected(option, value, what);
  }

  /** A positive number. */
  public double positive(String option, double otherwise) {
    String value = options.get(option);
    return value == null ? otherwise : number(option, value, "a positive number");
  }

  /** A positive number, or empty for a word. */
  public OptionalDouble positiveOr(String word, String option, double otherwise) {
    String value = options.get(option);
    if (word.equals(value)) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        value == null ? otherwise : number(option, value, "a positive number or " + word));
  }

  private double number(String option, String value, String what) {
    try {
      double number = Double.parseDouble(value);
      if (number > 0 && !Double.isInfinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw expected(option, value, what);
    }
    throw expected(option, value, what);
  }

  private UserException expected(String option, String value, String what) {
    return UserException.usage(
        "method %s: %s is '%s', expected %s".formatted(name, option, Names.shortened(value), what));
  }

  /** {@code true} or {@code false}. */
  public boolean flag(String option, boolean otherwise) {
    String value = options.getOrDefault(option, Boolean.toString(otherwise));
    if (!value.equals("true") && !value.equals("false")) {
      throw Names.unknown(valueOf(option), value, List.of("true", "false"));
    }
    return value.equals("true");
  }

  /** One of the constants of an enumeration, {@code GLOROT_UNIFORM} as {@code glorot-uniform}. */
  public <E extends Enum<E>> E choice(String option, E otherwise) {
    String value = options.getOrDefault(option, text(otherwise));
    E[] constants = otherwise.getDeclaringClass().getEnumConstants();
    for (E constant : constants) {
      if (text(constant).equals(value)) {
        return constant;
      }
    }
    List<String> known = Arrays.stream(constants).map(MethodSpec::text).toList();
    throw Names.unknown(valueOf(option), value, known);
  }

  private String valueOf(String option) {
    return "value of " + option + " of method " + name;
  }

  private static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
