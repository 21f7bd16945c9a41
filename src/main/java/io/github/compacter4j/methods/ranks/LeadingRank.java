package io.github.compacter4j.methods.ranks;

import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.model.StepRule;
import io.github.compacter4j.torch.NamedRandom;

/** How many ranks DyLoRA uses: in training a number drawn for each step, elsewhere a fixed one. */
public final class LeadingRank implements StepRule {
  private final int most;
  private int training;
  private int elsewhere;

  /** At first {@code used} of {@code most} ranks. */
  LeadingRank(int most, int used) {
    this.most = most;
    use(used);
  }

  /** Uses so many ranks until the next training step draws its own, and outside of training. */
  public void use(int ranks) {
    if (ranks < 1 || ranks > most) {
      throw new IllegalArgumentException(ranks + " ranks; there are 1 to " + most);
    }
    training = ranks;
    elsewhere = ranks;
  }

  /** The ranks of a pass. */
  int of(ForwardPass pass) {
    return pass.isTraining() ? training : elsewhere;
  }

  /** Draws from 1 to the most, all alike. */
  @Override
  public void beforeForward(Step step) {
    NamedRandom random = new NamedRandom(step.seed(), "dylora/" + step.number());
    training = 1 + random.permutation(most)[0];
  }
}
