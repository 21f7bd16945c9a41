package io.github.compacter4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.ArrayList;
import java.util.List;

/**
 * Functions behind each other of which only the inputs are kept: each is computed again, with the
 * same dropout, when its gradient is due.
 */
public final class BlockChain implements AutoCloseable {
  /** A function (batch, length, d) -> (batch, length, d). */
  public interface Link {
    NDArray apply(ForwardPass pass, NDArray h);
  }

  /** What several links read, and their copy of it, which gathers their gradients. */
  private record Shared(NDArray source, NDArray copy) {}

  private final Hooks hooks;
  private final NDManager manager = Torch.newManager();
  private final List<Shared> shared = new ArrayList<>();
  private final List<Link> links = new ArrayList<>();
  private final List<NDArray> inputs = new ArrayList<>();
  private final List<Long> positions = new ArrayList<>();
  private NDArray start;

  /** An empty chain in a network with these hooks. */
  public BlockChain(Hooks hooks) {
    this.hooks = hooks;
  }

  /** A copy of what several links read; their gradients are gathered in it. */
  public NDArray share(NDArray source) {
    for (Shared one : shared) {
      if (one.source == source) { // arrays of equal values would be equal
        return one.copy;
      }
    }
    NDArray copy = withoutGraph(source, TorchFunctions.requiresGradient(source));
    shared.add(new Shared(source, copy));
    return copy;
  }

  /** Adds a function behind the others. */
  public void add(Link link) {
    links.add(link);
  }

  /** The value of the whole chain, which gathers the gradient to go on from. */
  public NDArray forward(ForwardPass pass, NDArray h) {
    start = h;
    NDArray x = withoutGraph(h, true);
    try (GradientMode off = GradientMode.off()) {
      for (Link link : links) {
        inputs.add(x);
        positions.add(pass.position());
        try (NDScope scope = new NDScope()) {
          scope.suppressNotUsedWarning();
          x = Torch.keep(link.apply(pass, x), manager);
        }
      }
    }
    x.setRequiresGradient(true);
    return x;
  }

  /** Adds the gradients of all that the chain reads, from that of its value. */
  public void backward(ForwardPass pass, NDArray gradient) {
    NDArray g = gradient;
    for (int i = links.size() - 1; i >= 0; i--) {
      NDArray x = inputs.get(i);
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        hooks.beginPass();
        x.setRequiresGradient(true);
        Torch.backward(links.get(i).apply(pass.from(positions.get(i)), x), g);
        NDArray next = Torch.keep(x.getGradient(), manager);
        if (g != gradient) {
          g.close();
        }
        g = next;
      }
      x.close();
    }
    if (TorchFunctions.requiresGradient(start)) {
      Torch.backward(start, g);
    }
    for (Shared one : shared) {
      if (TorchFunctions.requiresGradient(one.source)) {
        Torch.backward(one.source, one.copy.getGradient());
      }
    }
  }

  private NDArray withoutGraph(NDArray source, boolean gathers) {
    NDArray copy = Torch.keep(TorchFunctions.withoutGraph(source), manager);
    copy.setRequiresGradient(gathers);
    return copy;
  }

  @Override
  public void close() {
    manager.close();
  }
}
