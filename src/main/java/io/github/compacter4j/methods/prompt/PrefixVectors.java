package io.github.compacter4j.methods.prompt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.model.Hooks;
import io.github.compacter4j.model.KeyValues;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Stack;
import io.github.compacter4j.torch.RandomInitializer;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * The keys and values before all L attentions of one kind, (P, 2 L, i): keys of block l at 2 l,
 * values at 2 l + 1, i being the joint width of the heads.
 *
 * @param name of the kind
 * @param all makes them
 */
record PrefixVectors(String name, Supplier<NDArray> all) {

  /**
   * Plans the tensors that make them.
   *
   * @param p how many
   * @param width m of the network that makes them; empty where they are trained themselves
   */
  static PrefixVectors plan(
      Plan plan, int p, OptionalInt width, Anatomy anatomy, Stack stack, String name, long seed) {
    int slots = 2 * anatomy.blocks(stack);
    int i = anatomy.attentionWidth();
    Shape shape = new Shape(p, slots, i);
    if (width.isEmpty()) {
      int heads = anatomy.heads();
      Shape perHead = new Shape(p, slots, heads, i / heads);
      Parameter flat = plan.tensor(name, perHead, RandomInitializer.normal(1).of(seed, name));
      return new PrefixVectors(name, () -> flat.getArray().reshape(shape));
    }
    int d = anatomy.width();
    int m = width.getAsInt();
    String row = name + ".wte.weight";
    Parameter e = plan.tensor(row, new Shape(p, d), RandomInitializer.normal(1).of(seed, row));
    Layer first = Layer.plan(plan, name + ".control_trans.0.", d, m, seed);
    Layer second = Layer.plan(plan, name + ".control_trans.2.", m, slots * i, seed);
    return new PrefixVectors(
        name, () -> second.apply(Activation.tanh(first.apply(e.getArray()))).reshape(shape));
  }

  /** Those of one block, each (P, i). */
  KeyValues of(int block, Hooks hooks, ForwardPass pass) {
    NDArray made = pass.lend(hooks.oncePerPass(name, () -> pass.cut(all.get())));
    return new KeyValues(
        made.get(new NDIndex(":, " + 2 * block)), made.get(new NDIndex(":, " + (2 * block + 1))));
  }

  /** A linear layer, W (out, in) and b (out) from U(-1/sqrt(in), 1/sqrt(in)). */
  private record Layer(Parameter w, Parameter b) {
    static Layer plan(Plan plan, String prefix, int in, int out, long seed) {
      RandomInitializer uniform = RandomInitializer.uniform(1 / Math.sqrt(in));
      String weight = prefix + "weight";
      String bias = prefix + "bias";
      return new Layer(
          plan.tensor(weight, new Shape(out, in), uniform.of(seed, weight)),
          plan.tensor(bias, new Shape(out), uniform.of(seed, bias)));
    }

    NDArray apply(NDArray x) {
      return TorchFunctions.linear(x, w.getArray(), b.getArray());
    }
  }
}
