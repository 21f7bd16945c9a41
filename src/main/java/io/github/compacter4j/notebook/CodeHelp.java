package io.github.compacter4j.notebook;

import io.github.spencerpark.jupyter.kernel.ReplacementOptions;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import jdk.jshell.JShell;
import jdk.jshell.SourceCodeAnalysis.Documentation;
import jdk.jshell.SourceCodeAnalysis.Suggestion;

/** Completion (Tab) and signatures (Shift-Tab) from JShell's analysis of the code. */
final class CodeHelp {
  private final JShell shell;

  CodeHelp(JShell shell) {
    this.shell = shell;
  }

  /** What may stand at the cursor, fitting types first; null if nothing is known. */
  ReplacementOptions complete(String code, int cursor) {
    int[] anchor = new int[1];
    List<Suggestion> suggestions =
        shell.sourceCodeAnalysis().completionSuggestions(code, cursor, anchor);
    if (suggestions.isEmpty()) {
      return null;
    }
    List<String> options =
        suggestions.stream()
            .sorted(Comparator.comparing(suggestion -> !suggestion.matchesType()))
            .map(Suggestion::continuation)
            .distinct()
            .toList();
    return new ReplacementOptions(options, anchor[0], cursor);
  }

  /** The signatures and documentation of what stands at the cursor; null if nothing is known. */
  DisplayData inspect(String code, int cursor) {
    List<Documentation> found =
        shell.sourceCodeAnalysis().documentation(code, endOfName(code, cursor), true);
    if (found.isEmpty()) {
      return null;
    }
    return new DisplayData(
        found.stream().map(CodeHelp::text).distinct().collect(Collectors.joining("\n\n")));
  }

  private static String text(Documentation entry) {
    String javadoc = entry.javadoc();
    return javadoc == null ? entry.signature() : entry.signature() + "\n" + javadoc;
  }

  /** Behind the name under the cursor, and behind its opening bracket if it is a method's. */
  private static int endOfName(String code, int cursor) {
    int end = cursor;
    while (end < code.length() && Character.isJavaIdentifierPart(code.charAt(end))) {
      end++;
    }
    return end < code.length() && code.charAt(end) == '(' ? end + 1 : end;
  }
}
