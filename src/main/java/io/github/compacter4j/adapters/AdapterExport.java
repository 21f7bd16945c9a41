package io.github.compacter4j.adapters;

import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.StoredTypes;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.model.Merge;
import io.github.compacter4j.tasks.Task;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Writes an adapter, or the model that it was merged into, for Python users. */
final class AdapterExport {
  private final AdapterSlot slot;
  private final AdapterSource adapter;
  private final Task task;

  /** Of an adapter, which is put into the slot, and its task. */
  AdapterExport(AdapterSlot slot, AdapterSource adapter, Task task) {
    this.slot = slot;
    this.adapter = adapter;
    this.task = task;
  }

  /** Writes the adapter into a new folder. */
  void write(ExportFormat format, Path out) {
    Pretrained base = slot.base();
    format.requireFor(base);
    slot.activateWide(adapter);
    switch (format) {
      case T5, HF -> base.export(slot.network(), task, StoredTypes.AS_IN_MEMORY, out);
      case PEFT -> base.exportPeft(slot.adaptation(), adapter.info(), task, out);
      case ADAPTERHUB -> base.exportAdapters(slot.adaptation(), adapter.info(), task, out);
    }
  }

  /** Writes the merged model into a new folder; returns the largest deviation of its outputs. */
  double writeMerged(ExportFormat format, Path out) {
    Pretrained base = slot.base();
    format.requireModel();
    format.requireFor(base);
    slot.activateWide(adapter);
    Map<String, String> types = new HashMap<>(base.storedTypes().byName());
    types.keySet().removeAll(slot.adaptation().trainable().keySet());
    StoredTypes stored = new StoredTypes(types);
    try (Merge merge = Merge.of(slot.network(), stored::rounded)) {
      base.export(slot.network(), task, stored, out);
      return merge.deviation();
    } catch (UserException e) {
      throw new UserException("method " + adapter.info().spec() + ": " + e.getMessage());
    }
  }
}
