package io.github.compacter4j.figures;

import io.github.compacter4j.methods.Methods;
import java.awt.Color;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * One colour for each method, the registry's, the same in every figure.
 *
 * <p>The commonest methods have the colours of Okabe and Ito; the others were searched for so that
 * any two of the fourteen stay apart (CIE76 distance above 17) for readers with normal,
 * deuteranopic and protanopic sight.
 */
public final class MethodColors {
  /** For series that are no methods, in this order. */
  private static final List<Color> CYCLE =
      List.of(
          new Color(0x0072B2),
          new Color(0xD55E00),
          new Color(0x009E73),
          new Color(0xE69F00),
          new Color(0xCC79A7),
          new Color(0x56B4E9),
          new Color(0x000000));

  private MethodColors() {}

  /**
   * The method's colour, if {@code name} is a method's name, with or without options: {@code
   * compacter[n=4,rank=1]} and {@code compacter (validation)} have the colour of {@code compacter}.
   */
  public static Optional<Color> of(String name) {
    return Optional.of(name.split("[\\[\\s,:(]", 2)[0])
        .filter(Methods.names()::contains)
        .map(method -> new Color(Methods.entry(method).colour()));
  }

  /** Colours for things that are no methods, in order of use. */
  public static List<Color> cycle() {
    return CYCLE;
  }

  /** The cycle without the colours of the methods among {@code names}; whole if none is left. */
  static List<Color> cycleBeside(Collection<String> names) {
    List<Color> taken = names.stream().flatMap(name -> of(name).stream()).toList();
    List<Color> free = CYCLE.stream().filter(color -> !taken.contains(color)).toList();
    return free.isEmpty() ? CYCLE : free;
  }

  /**
   * Colours from low to high (viridis), which stay in order in grey and for colour-blind readers.
   */
  static Color[] scale() {
    int[] steps = {
      0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725
    };
    return Arrays.stream(steps).mapToObj(Color::new).toArray(Color[]::new);
  }

  /**
   * Colours from below zero by white to above (ColorBrewer's RdBu), safe for colour-blind readers.
   */
  static Color[] divergingScale() {
    int[] steps = {
      0x053061, 0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xFFFFFF, 0xFDDBC7, 0xF4A582, 0xD6604D,
      0xB2182B, 0x67001F
    };
    return Arrays.stream(steps).mapToObj(Color::new).toArray(Color[]::new);
  }
}
