package io.github.compacter4j.adapters;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.learner.Encoder;
import io.github.compacter4j.learner.Pretrained;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Forms in which Python users can load what was trained. */
public enum ExportFormat {
  /** A folder for {@code transformers}: T5 as it is, for methods that only change its tensors. */
  T5,
  /** A folder for {@code transformers}: an encoder, for methods that only change its tensors. */
  HF,
  /**
   * A folder for the {@code adapters} library: adapters of any kind, the trained norms and the
   * head.
   */
  ADAPTERHUB,
  /** A folder for the {@code peft} library: what it has too, with the head. */
  PEFT;

  /** The format of this name, for instance {@code adapterhub}. */
  public static ExportFormat parse(String name) {
    List<String> names =
        Arrays.stream(values()).map(f -> f.name().toLowerCase(Locale.ROOT)).toList();
    if (!names.contains(name)) {
      throw Names.unknown("export format", name, names);
    }
    return values()[names.indexOf(name)];
  }

  /** Refuses a format that keeps what a method adds apart from the model. */
  void requireModel() {
    if (this != T5 && this != HF) {
      throw UserException.usage(
          "--merge writes a model's folder: --format t5, or hf for an encoder");
    }
  }

  /** Refuses a model of a family that is written in another form. */
  void requireFor(Pretrained base) {
    boolean isEncoder = base instanceof Encoder;
    if (this == (isEncoder ? T5 : HF)) {
      throw UserException.usage(
          isEncoder
              ? "model %s is an encoder; --format hf writes its folder".formatted(base.name())
              : "model %s is a T5; --format t5 writes its folder".formatted(base.name()));
    }
  }
}
