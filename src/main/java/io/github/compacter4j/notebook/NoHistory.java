package io.github.compacter4j.notebook;

import io.github.spencerpark.jupyter.kernel.history.HistoryEntry;
import io.github.spencerpark.jupyter.kernel.history.HistoryManager;
import java.util.List;
import java.util.Set;

/**
 * Answers that no cell was kept. Without an answer to its first question, which is for the history,
 * JupyterLab shows the kernel's state as unknown until a cell has run.
 */
final class NoHistory implements HistoryManager {
  @Override
  public List<HistoryEntry> lookupRange(int session, int start, int stop, Set<ResultFlag> flags) {
    return List.of();
  }

  @Override
  public List<HistoryEntry> lookupTail(int count, Set<ResultFlag> flags) {
    return List.of();
  }

  @Override
  public List<HistoryEntry> search(String pattern, int count, Set<ResultFlag> flags) {
    return List.of();
  }
}
