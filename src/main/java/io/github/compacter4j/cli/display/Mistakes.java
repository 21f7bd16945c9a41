package io.github.compacter4j.cli.display;

import java.util.Optional;

/** Mistakes, told to a person in one line on standard error. */
public final class Mistakes {
  private static final String MARK = "compacter4j: ";

  private Mistakes() {}

  /** Prints one line. */
  public static void report(String message) {
    System.err.println(MARK + message.replaceAll("\\s*\\R\\s*", " "));
  }

  /** What another process of this program tells in such a line; empty if it is another line. */
  public static Optional<String> told(String line) {
    return line.startsWith(MARK) ? Optional.of(line.substring(MARK.length())) : Optional.empty();
  }
}
