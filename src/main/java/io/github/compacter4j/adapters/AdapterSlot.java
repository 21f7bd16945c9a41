package io.github.compacter4j.adapters;

import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.Network;
import io.github.compacter4j.train.FineTuning;
import java.util.Optional;

/**
 * The network of a base model with room for one adapter.
 *
 * <p>A switch brings the base model back bit for bit: inserted layers are taken out, and the
 * network's own tensors that the method trains get their values back, of which a copy is kept
 * meanwhile. After frozen matrices in bfloat16 the base model is read anew.
 */
final class AdapterSlot implements AutoCloseable {
  private final Pretrained base;
  private Network network;
  private Adaptation adaptation;
  private AdapterSource active;
  private boolean narrow; // whether the network's frozen matrices are in bfloat16

  AdapterSlot(Pretrained base) {
    this.base = base;
    network = base.newNetwork();
  }

  /** Puts an adapter to work in place of any other, at the precision of its run. */
  void activate(AdapterSource adapter) {
    activate(adapter, adapter.plan().precision().equals("bf16"));
  }

  /** Puts an adapter to work in float32, whatever the run's precision was. */
  void activateWide(AdapterSource adapter) {
    activate(adapter, false);
  }

  private void activate(AdapterSource adapter, boolean bf16) {
    if (adapter.equals(active) && narrow == bf16) {
      return;
    }
    deactivate();
    serve(adapter);
    AdapterInfo info = adapter.info();
    adaptation = adapter.plan().method().applyTo(network, info.task(), info.seed());
    try {
      adaptation.rememberBase();
      AdapterFile.read(adapter.folder().adapter(), adaptation.kept());
    } catch (RuntimeException e) {
      deactivate();
      throw e;
    }
    if (bf16) {
      network.weights().keepFrozenMatricesInBfloat16();
      narrow = true;
    }
    active = adapter;
  }

  /** Reads the base model with another head where the adapter's task needs one. */
  private void serve(AdapterSource adapter) {
    FineTuning plan = adapter.plan();
    if (!base.serves(network, plan.task(), plan.pooling())) {
      network.close();
      network = plan.newNetwork();
    }
  }

  /** Takes the adapter that is at work out, if there is one: the network is the base model. */
  void deactivate() {
    active = null;
    if (adaptation != null) {
      adaptation.close();
      adaptation = null;
    }
    if (narrow) { // there is no way back
      network.close();
      network = base.newNetwork();
      narrow = false;
    }
  }

  /** The adapter at work. */
  Optional<AdapterSource> active() {
    return Optional.ofNullable(active);
  }

  Pretrained base() {
    return base;
  }

  /** The network with the adapter that is at work. */
  Network network() {
    return network;
  }

  /** What the adapter at work has put into the network. */
  Adaptation adaptation() {
    return adaptation;
  }

  @Override
  public void close() {
    if (adaptation != null) {
      adaptation.close();
    }
    network.close();
  }
}
