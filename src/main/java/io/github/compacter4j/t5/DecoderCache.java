package io.github.compacter4j.t5;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.compacter4j.model.KeyValues;
import io.github.compacter4j.torch.Torch;
import java.util.ArrayList;
import java.util.List;

/** Keys and values that the decoder has computed for the positions before the current one. */
final class DecoderCache implements AutoCloseable {
  private final NDManager manager = Torch.newManager();
  private final List<KeyValues> self = new ArrayList<>();
  private final List<KeyValues> cross = new ArrayList<>();
  private NDArray crossMask;
  private int length;

  /** Fills the cross-attention part, which stays the same for all positions. */
  DecoderCache(List<KeyValues> cross, NDArray crossMask) {
    for (KeyValues layer : cross) {
      this.cross.add(keep(layer));
      self.add(null);
    }
    this.crossMask = Torch.keep(crossMask.duplicate(), manager);
  }

  /** Number of positions decoded so far. */
  int length() {
    return length;
  }

  /** Says that one more position is in the cache of every block. */
  void advance() {
    length++;
  }

  /** Joins a block's keys and values of the newest position with those before it. */
  KeyValues append(int block, KeyValues newest) {
    KeyValues before = self.get(block);
    KeyValues all = keep(before == null ? newest : before.then(newest));
    release(before);
    self.set(block, all);
    return all;
  }

  KeyValues cross(int block) {
    return cross.get(block);
  }

  NDArray crossMask() {
    return crossMask;
  }

  /** Reorders the batch: row i becomes what row {@code rows[i]} was. */
  void select(NDArray rows) {
    self.replaceAll(layer -> layer == null ? null : replace(layer, layer.select(rows)));
    cross.replaceAll(layer -> replace(layer, layer.select(rows)));
    NDArray selected = Torch.keep(crossMask.get(rows), manager);
    crossMask.close();
    crossMask = selected;
  }

  private KeyValues replace(KeyValues old, KeyValues selected) {
    release(old);
    return keep(selected);
  }

  private KeyValues keep(KeyValues layer) {
    Torch.keep(layer.keys(), manager);
    Torch.keep(layer.values(), manager);
    return layer;
  }

  private static void release(KeyValues layer) {
    if (layer != null) {
      layer.keys().close();
      layer.values().close();
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
