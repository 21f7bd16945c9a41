package io.github.compacter4j.adapters;

import io.github.compacter4j.Names;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Forms in which Python users can load what was trained. */
public enum ExportFormat {
  /** A folder for {@code transformers}: T5 as it is, for methods that only change its tensors. */
  T5,
  /** A folder for the {@code adapters} library: adapters of any kind, and the trained norms. */
  ADAPTERHUB;

  /** The format of this name, for instance {@code adapterhub}. */
  public static ExportFormat parse(String name) {
    List<String> names =
        Arrays.stream(values()).map(f -> f.name().toLowerCase(Locale.ROOT)).toList();
    if (!names.contains(name)) {
      throw Names.unknown("export format", name, names);
    }
    return values()[names.indexOf(name)];
  }
}
