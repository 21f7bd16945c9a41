package io.github.compacter4j.methods.own;

import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Place;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.StepRule;
import io.github.compacter4j.model.TensorSpec;
import io.github.compacter4j.torch.NamedRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * LISA (Pan et al., 2024): full fine-tuning of a few blocks at a time, drawn anew, while what
 * stands outside of blocks trains throughout.
 *
 * <p>All parameters of the network train, in turns. The blocks of both stacks of a T5 are drawn
 * together; a table of relative positions belongs to its stack's first block. Paused tensors keep
 * their moments and their count of steps.
 *
 * <p>Options: {@code blocks} at a time, {@code interval} steps between draws.
 */
public final class Lisa extends Method {
  private final int blocks;
  private final int interval;

  /** Takes {@code blocks} and {@code interval}. */
  public Lisa(MethodSpec given) {
    this(
        given.allowBesideNorms("blocks", "interval").positive("blocks", 2),
        given.positive("interval", 20));
  }

  private Lisa(int blocks, int interval) {
    super(MethodSpec.of("lisa").with("blocks", blocks).with("interval", interval));
    this.blocks = blocks;
    this.interval = interval;
  }

  @Override
  public Lisa resolve(Anatomy anatomy) {
    int most = tensorsOfBlocks(anatomy).size();
    if (blocks > most) {
      throw UserException.usage(
          "method lisa: blocks=%d are more than the model's %d; at most %d"
              .formatted(blocks, most, most));
    }
    return this;
  }

  @Override
  protected void plan(Plan plan, Anatomy anatomy, String adapterName, long seed) {
    plan.trainAll();
    plan.eachStep(new Turns(tensorsOfBlocks(anatomy), blocks, interval));
  }

  /** The names of each block's tensors, stack by stack. */
  private static List<List<String>> tensorsOfBlocks(Anatomy anatomy) {
    Map<Object, List<String>> blocks = new LinkedHashMap<>();
    for (TensorSpec tensor : anatomy.tensors()) {
      if (tensor.place().isPresent()) {
        Place place = tensor.place().get();
        List<Object> block = List.of(place.stack(), place.block());
        blocks.computeIfAbsent(block, b -> new ArrayList<>()).add(tensor.name());
      }
    }
    return List.copyOf(blocks.values());
  }

  /** Lets the drawn blocks train and all others pause. */
  private record Turns(List<List<String>> blocks, int active, int interval) implements StepRule {
    @Override
    public void beforeForward(Step step) {
      if (step.number() % interval != 0) {
        return;
      }
      NamedRandom random = new NamedRandom(step.seed(), "lisa/" + step.number());
      int[] order = random.permutation(blocks.size());
      for (int i = 0; i < order.length; i++) {
        boolean pauses = i >= active;
        blocks.get(order[i]).forEach(name -> step.tensors().pause(name, pauses));
      }
    }
  }
}
