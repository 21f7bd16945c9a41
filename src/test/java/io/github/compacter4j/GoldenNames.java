package io.github.compacter4j;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** The project's names of the tensors that golden files name otherwise. */
public final class GoldenNames {
  private GoldenNames() {}

  /** Our name of a tensor that trains. */
  public static String ours(String golden) {
    return golden
        .replaceFirst("^prefix_tuning\\.(\\w+)_prefix\\.control_trans$", "prefix.$1")
        .replaceFirst("^prefix_tuning\\.(\\w+)_prefix\\.", "prefix.$1.");
  }

  /** Golden names by ours. */
  public static Map<String, String> byOurs(Collection<String> golden) {
    Map<String, String> names = new TreeMap<>();
    golden.forEach(name -> names.put(ours(name), name));
    return names;
  }
}
