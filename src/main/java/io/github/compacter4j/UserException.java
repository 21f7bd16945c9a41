package io.github.compacter4j;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A mistake of the user's, told in one message that names the file, line, option or tensor.
 *
 * <p>It carries no stack trace, since the reader can mend the cause only outside the program, and
 * its message holds the whole story, since notebook kernels show no causes. The command line prints
 * the message as one line and exits with {@link #exitStatus()}.
 */
public class UserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Exit status of a command that was written wrongly: an unknown name, a value out of range. */
  public static final int WRONG_USAGE = 2;

  /** Exit status of a command that was written well and met bad input. */
  public static final int BAD_INPUT = 1;

  private final int exitStatus;

  private UserException(String message, Throwable cause, int exitStatus) {
    super(message, cause, false, false);
    this.exitStatus = exitStatus;
  }

  /** Bad input: a file, a line, a tensor, a missing thing. */
  public UserException(String message) {
    this(message, null, BAD_INPUT);
  }

  /** Bad input found by another layer; the cause's reason is appended so that nothing is lost. */
  public UserException(String message, Throwable cause) {
    this(message + ": " + reason(cause), cause, BAD_INPUT);
  }

  /** Why something failed, in one sentence: the mistake that a parser met, else its own reason. */
  public static String reason(Throwable cause) {
    return cause.getCause() instanceof UserException mistake
        ? mistake.getMessage()
        : Reasons.of(cause);
  }

  /** The mistake that was made: the error itself, or what a class met while it was initialised. */
  public static Optional<UserException> in(Throwable error) {
    Throwable met = error instanceof ExceptionInInitializerError ? error.getCause() : error;
    return met instanceof UserException mistake ? Optional.of(mistake) : Optional.empty();
  }

  /** A mistake in a line of a file, counted from 1. */
  public static UserException inLine(Path file, long line, String message) {
    return new UserException("%s, line %d: %s".formatted(file, line, message));
  }

  /** A request that cannot be meant: an unknown method, task or option, a value out of range. */
  public static UserException usage(String message) {
    return new UserException(message, null, WRONG_USAGE);
  }

  /** The status with which the command line ends: 1 for bad input, 2 for wrong usage. */
  public int exitStatus() {
    return exitStatus;
  }

  @Override
  public String toString() {
    return getMessage();
  }
}
