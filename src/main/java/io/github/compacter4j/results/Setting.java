package io.github.compacter4j.results;

import com.fasterxml.jackson.core.type.TypeReference;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.run.RunResult;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All that makes a run but its seeds, aspect by aspect; runs are averaged where all of it is equal.
 *
 * @param aspects task, data, model, protocol and the like by name
 * @param options the method's options by name
 */
record Setting(Map<String, Object> aspects, Map<String, String> options) {
  private static final Set<String> DATA = Set.of("task", "dataSha256", "trainingRows");
  private static final Set<String> SURROUNDINGS =
      Set.of("model", "modelSha256", "precision", "protocol", "decode", "pooling");

  static Setting of(RunResult result) {
    Map<String, Object> aspects = new LinkedHashMap<>();
    aspects.put("task", result.task());
    aspects.put("dataSha256", new TreeMap<>(result.data().sha256()).toString());
    aspects.put("trainingRows", result.data().trainRows());
    aspects.put("method", result.method());
    aspects.put("model", result.model().name());
    aspects.put("modelSha256", result.model().sha256());
    aspects.put("precision", Objects.requireNonNullElse(result.precision(), "unknown"));
    aspects.put("protocol", result.protocol().name());
    Map<String, Object> protocol =
        Json.mapper().convertValue(result.protocol(), new TypeReference<>() {});
    protocol.remove("name");
    aspects.putAll(protocol);
    aspects.put("decode", result.decode());
    if (result.pooling() != null) {
      aspects.put("pooling", result.pooling());
    }
    if (result.start() != null) {
      aspects.put("start", result.start());
    }
    Map<String, String> options = MethodSpec.parse(result.spec()).options();
    return new Setting(withoutNamesOf(options, aspects), options);
  }

  /** An aspect that is called like one of the method's options gets a longer name. */
  private static Map<String, Object> withoutNamesOf(
      Map<String, String> options, Map<String, Object> aspects) {
    Map<String, Object> renamed = new LinkedHashMap<>();
    aspects.forEach(
        (name, value) -> renamed.put(options.containsKey(name) ? "training " + name : name, value));
    return renamed;
  }

  /** The method with the options that are left. */
  String spec() {
    return new MethodSpec(method(), options).toString();
  }

  String method() {
    return (String) aspects.get("method");
  }

  /** What identifies the rows that are learnt and scored. */
  Setting data() {
    return only(DATA);
  }

  /** What a table of methods and tasks has in common. */
  Setting surroundings() {
    return only(SURROUNDINGS);
  }

  /** The names of options and of settings of training: what one may choose by validation. */
  Set<String> hyperParameters() {
    Set<String> names = new LinkedHashSet<>(options.keySet());
    names.addAll(aspects.keySet());
    names.removeAll(DATA);
    names.removeAll(SURROUNDINGS);
    names.remove("method");
    return names;
  }

  /** A copy of this setting without some aspects and options. */
  Setting without(Collection<String> names) {
    Map<String, Object> aspectsLeft = new LinkedHashMap<>(aspects);
    Map<String, String> optionsLeft = new LinkedHashMap<>(options);
    aspectsLeft.keySet().removeAll(names);
    optionsLeft.keySet().removeAll(names);
    return new Setting(aspectsLeft, optionsLeft);
  }

  /** {@code name=value} of some aspects and options, in the order of the names. */
  String describe(Collection<String> names) {
    return names.stream()
        .filter(name -> value(name) != null)
        .map(name -> name + "=" + value(name))
        .collect(Collectors.joining(", "));
  }

  /** The value of an aspect or option; null where there is none. */
  Object value(String name) {
    return options.containsKey(name) ? options.get(name) : aspects.get(name);
  }

  /** Whether this is a run of the method with at least the options of the spec. */
  boolean matches(String name, Map<String, String> wanted) {
    return method().equals(name) && options.entrySet().containsAll(wanted.entrySet());
  }

  /** The aspects and options in which some settings differ, in their order. */
  static Set<String> differences(Collection<Setting> settings) {
    Set<String> names = new LinkedHashSet<>();
    settings.forEach(s -> names.addAll(s.aspects.keySet()));
    settings.forEach(s -> names.addAll(s.options.keySet()));
    names.removeIf(name -> settings.stream().map(s -> s.value(name)).distinct().count() == 1);
    return names;
  }

  private Setting only(Set<String> names) {
    Map<String, Object> left = new LinkedHashMap<>(aspects);
    left.keySet().retainAll(names);
    return new Setting(left, Map.of());
  }

  /** The model's name and the beginning of its fingerprint. */
  String model() {
    String sha256 = (String) aspects.get("modelSha256");
    return aspects.get("model") + " (" + sha256.substring(0, Math.min(8, sha256.length())) + ")";
  }

  /** Values of the aspects, in the order of their names. */
  List<Object> values(Collection<String> names) {
    return names.stream().map(this::value).toList();
  }
}
