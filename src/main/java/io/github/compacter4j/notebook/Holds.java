package io.github.compacter4j.notebook;

/** What a notebook says of its own numbers, so that a page whose text is not true stops. */
public final class Holds {
  private Holds() {}

  /**
   * Prints a statement that holds.
   *
   * @throws AssertionError where it does not hold
   */
  public static void claim(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("does not hold: " + what);
    }
    System.out.println("holds: " + what);
  }
}
