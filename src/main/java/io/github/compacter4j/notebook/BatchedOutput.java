package io.github.compacter4j.notebook;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What a cell prints, sent to the notebook some times a second instead of a message a line: the
 * socket drops messages where there are more than it can keep.
 */
final class BatchedOutput extends OutputStream {
  private static final int MOST_BYTES = 1 << 16;
  private static final int MILLISECONDS = 100;

  private final PrintStream notebook;
  private final ByteArrayOutputStream batch = new ByteArrayOutputStream();
  private final ScheduledExecutorService clock;
  private boolean closed;

  private BatchedOutput(PrintStream notebook) {
    this.notebook = notebook;
    clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "output");
              thread.setDaemon(true);
              return thread;
            });
    clock.scheduleWithFixedDelay(this::send, MILLISECONDS, MILLISECONDS, TimeUnit.MILLISECONDS);
  }

  /** Takes the place of {@code System.out} until it is closed. */
  static BatchedOutput open() {
    BatchedOutput output = new BatchedOutput(System.out);
    System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
    return output;
  }

  @Override
  public void write(int value) {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    batch.write(bytes, offset, length);
    if (closed || batch.size() >= MOST_BYTES) {
      send();
    }
  }

  /** Sends what is there, so that what is shown next stands behind it. */
  synchronized void send() {
    if (batch.size() > 0) {
      notebook.write(batch.toByteArray(), 0, batch.size());
      notebook.flush();
      batch.reset();
    }
  }

  /** Sends the rest; threads that the cell left behind print without delay from here on. */
  @Override
  public synchronized void close() {
    closed = true;
    clock.shutdown();
    send();
    System.setOut(notebook);
  }
}
