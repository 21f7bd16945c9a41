package io.github.compacter4j.checkpoint.peft;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Hooks;
import java.util.Map;
import java.util.TreeMap;

/** The methods that {@code peft} has too, each with its form. */
final class PeftForms {
  private static final Map<String, PeftForm> BY_METHOD =
      new TreeMap<>(
          Map.of(
              "adalora", new AdaLoraForm(),
              "ia3", new Ia3Form(),
              "loha", new LohaForm(),
              "lokr", new LokrForm(),
              "lora", new LoraForm(),
              "vera", new VeraForm()));

  private PeftForms() {}

  /**
   * The form of a method at work.
   *
   * @param hooks what the method has put into the network
   * @throws UserException with the reason, if peft has no such method
   */
  static PeftForm of(MethodSpec spec, Hooks hooks) {
    PeftForm form = BY_METHOD.get(spec.name());
    if (form == null) {
      throw new UserException(
          "method %s: peft has no method that computes it; peft has %s; %s"
              .formatted(spec, String.join(", ", BY_METHOD.keySet()), otherWay(hooks)));
    }
    return form;
  }

  private static String otherWay(Hooks hooks) {
    if (!hooks.layers().isEmpty() || !hooks.layersBehindSums().isEmpty()) {
      return "bottleneck adapters are exported with --format adapterhub";
    }
    if (hooks.hasBranches()) {
      return "what changes matrices is exported with --merge as a model's folder";
    }
    return hooks.hasPrefix()
        ? "vectors before an input or keys stay in adapter.safetensors"
        : "methods that change the model's own tensors are exported with --format t5 or hf";
  }

  /**
   * The form of what a folder's configuration describes.
   *
   * @throws UserException naming the type, if it is none of those known here
   */
  static PeftForm of(PeftConfig config) {
    return BY_METHOD.values().stream()
        .filter(form -> form.type().equals(config.type()))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "%s: peft_type is '%s', of which no method here is a copy; known: %s"
                        .formatted(
                            config.file(),
                            Names.shortened(config.type()),
                            BY_METHOD.values().stream().map(PeftForm::type).sorted().toList())));
  }
}
