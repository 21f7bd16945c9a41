package io.github.compacter4j.download;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.UnresolvedAddressException;

/** The network failed, as opposed to the local disk; trying again may help. */
public final class UnreachableException extends IOException {
  private static final long serialVersionUID = 1L;

  /** A failure in words. */
  public UnreachableException(String message) {
    super(message);
  }

  UnreachableException(String host, Throwable cause) {
    super(host + ": " + reason(cause), cause);
  }

  /** The first message among the causes; the HTTP client's own exceptions often have none. */
  private static String reason(Throwable cause) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof UnresolvedAddressException) {
        return "unknown host";
      }
      if (at.getMessage() != null && !at.getMessage().isBlank()) {
        return at.getMessage();
      }
    }
    return cause instanceof ConnectException ? "no connection" : cause.getClass().getSimpleName();
  }
}
