package io.github.compacter4j.tasks.find;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The three parts of a task's rows. */
public enum Split {
  /** Rows to learn from. */
  TRAIN,
  /** Rows that choose the best epoch. */
  VALIDATION,
  /** Rows that give the reported numbers. */
  TEST;

  /**
   * The split of this lower-case name.
   *
   * @throws UserException (wrong usage) for another name
   */
  public static Split parse(String name) {
    List<String> known = Arrays.stream(values()).map(Split::toString).toList();
    int index = known.indexOf(name);
    if (index < 0) {
      throw Names.unknown("split", name, known);
    }
    return values()[index];
  }

  /** The lower-case name. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
