package io.github.compacter4j.methods;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A method's name and options as written: {@code name[option=value,...]}. */
record MethodOptions(String name, Map<String, String> values) {

  static MethodOptions parse(String spec) {
    String text = spec.strip();
    int open = text.indexOf('[');
    if (open < 0) {
      return new MethodOptions(text, Map.of());
    }
    if (!text.endsWith("]")) {
      throw UserException.usage("method '" + spec + "': expected name[option=value,...]");
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (String option : text.substring(open + 1, text.length() - 1).split(",", -1)) {
      String[] parts = option.strip().split("=", 2);
      if (parts.length != 2 || parts[1].isBlank()) {
        throw UserException.usage(
            "method '" + spec + "': expected option=value, found '" + option.strip() + "'");
      }
      if (values.put(parts[0].strip(), parts[1].strip()) != null) {
        throw UserException.usage("method '" + spec + "': " + parts[0].strip() + " is given twice");
      }
    }
    return new MethodOptions(text.substring(0, open).strip(), values);
  }

  /** Refuses any option that the method does not know, naming the nearest one it does. */
  void allow(Collection<String> known) {
    for (String option : values.keySet()) {
      if (known.isEmpty()) {
        throw UserException.usage("method " + name + " takes no options, found '" + option + "'");
      }
      if (!known.contains(option)) {
        throw Names.unknown("option of method " + name, option, known);
      }
    }
  }

  /** A positive whole number. */
  int positive(String option, int otherwise) {
    String value = values.get(option);
    if (value == null) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(value);
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw expected(option, value);
    }
    throw expected(option, value);
  }

  private UserException expected(String option, String value) {
    return UserException.usage(
        "method " + name + ": " + option + " is '" + value + "', expected a positive whole number");
  }

  /** A positive whole number, or 0 for {@code auto}. */
  int positiveOrAuto(String option) {
    return "auto".equals(values.get(option)) ? 0 : positive(option, 0);
  }

  /** {@code true} or {@code false}. */
  boolean flag(String option, boolean otherwise) {
    String value = values.getOrDefault(option, Boolean.toString(otherwise));
    if (!value.equals("true") && !value.equals("false")) {
      throw Names.unknown(valueOf(option), value, List.of("true", "false"));
    }
    return value.equals("true");
  }

  /** One of the constants of an enumeration, written as {@link #text} does. */
  <E extends Enum<E>> E choice(String option, E otherwise) {
    String value = values.getOrDefault(option, text(otherwise));
    E[] constants = otherwise.getDeclaringClass().getEnumConstants();
    for (E constant : constants) {
      if (text(constant).equals(value)) {
        return constant;
      }
    }
    List<String> known = Arrays.stream(constants).map(MethodOptions::text).toList();
    throw Names.unknown(valueOf(option), value, known);
  }

  private String valueOf(String option) {
    return "value of " + option + " of method " + name;
  }

  /** A constant as it stands in a spec: {@code GLOROT_UNIFORM} is {@code glorot-uniform}. */
  static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The canonical form of a name with options, each {@code option=value}. */
  static String format(String name, List<String> options) {
    return options.isEmpty()
        ? name
        : options.stream().collect(Collectors.joining(",", name + "[", "]"));
  }
}
