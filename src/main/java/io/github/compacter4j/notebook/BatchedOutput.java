package io.github.compacter4j.notebook;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What a cell prints, sent to the notebook some times a second instead of a message a line: a
 * notebook that gets many thousand messages at once is slow, and some notebook servers drop them.
 */
final class BatchedOutput implements AutoCloseable {
  private static final int MOST_BYTES = 1 << 16;
  private static final int MILLISECONDS = 100;

  private final PrintStream out = System.out;
  private final PrintStream err = System.err;
  private final ByteArrayOutputStream batch = new ByteArrayOutputStream();
  private final ScheduledExecutorService clock;
  private PrintStream target = out;
  private boolean closed;

  private BatchedOutput() {
    clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "output");
              thread.setDaemon(true);
              return thread;
            });
    clock.scheduleWithFixedDelay(this::send, MILLISECONDS, MILLISECONDS, TimeUnit.MILLISECONDS);
  }

  /** Takes the place of {@code System.out} and {@code System.err} until it is closed. */
  static BatchedOutput open() {
    BatchedOutput output = new BatchedOutput();
    System.setOut(output.to(output.out));
    System.setErr(output.to(output.err));
    return output;
  }

  private PrintStream to(PrintStream stream) {
    return new PrintStream(new Part(stream), true, StandardCharsets.UTF_8);
  }

  /** What is written to one of both streams. */
  private final class Part extends OutputStream {
    private final PrintStream stream;

    Part(PrintStream stream) {
      this.stream = stream;
    }

    @Override
    public void write(int value) {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      add(stream, bytes, offset, length);
    }
  }

  private synchronized void add(PrintStream stream, byte[] bytes, int offset, int length) {
    if (stream != target) { // both streams keep their order
      send();
      target = stream;
    }
    batch.write(bytes, offset, length);
    if (closed || batch.size() >= MOST_BYTES) {
      send();
    }
  }

  /** Sends what is there, so that what is shown next stands behind it. */
  synchronized void send() {
    if (batch.size() > 0) {
      target.write(batch.toByteArray(), 0, batch.size());
      target.flush();
      batch.reset();
    }
  }

  /** Sends the rest; threads that the cell left behind print without delay from here on. */
  @Override
  public synchronized void close() {
    closed = true;
    clock.shutdown();
    send();
    System.setOut(out);
    System.setErr(err);
  }
}
