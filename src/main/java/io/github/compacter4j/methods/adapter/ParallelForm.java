package io.github.compacter4j.methods.adapter;

import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Place;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Stack;
import io.github.compacter4j.model.SubLayer;
import java.util.OptionalDouble;

/**
 * What adapters beside feed-forward layers are like.
 *
 * @param bottleneck their inner width k
 * @param scale s; empty where each adapter learns its own
 */
record ParallelForm(Bottleneck bottleneck, OptionalDouble scale) {
  private static final String LEARNED = "learned";

  /** Reads {@code reduction} or {@code bottleneck}, and {@code scale}. */
  static ParallelForm of(MethodSpec given) {
    return new ParallelForm(Bottleneck.halfUnless(given), given.positiveOr(LEARNED, "scale", 4.0));
  }

  /** Adds the options to a spec. */
  MethodSpec in(MethodSpec spec) {
    return bottleneck.in(spec).with("scale", scale.isPresent() ? scale.getAsDouble() : LEARNED);
  }

  /** This form, checked for these sizes. */
  ParallelForm resolve(Anatomy anatomy) {
    return new ParallelForm(bottleneck.resolve(anatomy, 1), scale);
  }

  /** Plans an adapter beside every feed-forward layer. */
  void insert(Plan plan, Anatomy anatomy, long seed) {
    for (Stack stack : anatomy.stacks()) {
      for (int block = 0; block < anatomy.blocks(stack); block++) {
        Place place = new Place(stack, block, SubLayer.FEED_FORWARD);
        String prefix = anatomy.prefix(place) + ".adapter.";
        int d = anatomy.width();
        ParallelAdapter adapter =
            new ParallelAdapter(d, bottleneck.of(anatomy), scale, prefix, seed);
        plan.insert(adapter).hook(hooks -> hooks.beside(place, adapter));
      }
    }
  }
}
