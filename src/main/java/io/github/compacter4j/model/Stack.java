package io.github.compacter4j.model;

import java.util.Locale;

/** Encoder or decoder. */
public enum Stack {
  ENCODER,
  DECODER;

  /** The name in tensor names: {@code encoder} or {@code decoder}. */
  public String prefix() {
    return name().toLowerCase(Locale.ROOT);
  }
}
