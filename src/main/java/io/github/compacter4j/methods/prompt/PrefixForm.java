package io.github.compacter4j.methods.prompt;

import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.AttentionPrefix;
import io.github.compacter4j.model.AttentionPrefix.Positions;
import io.github.compacter4j.model.Hooks;
import io.github.compacter4j.model.Place;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Role;
import io.github.compacter4j.model.Stack;
import io.github.compacter4j.model.SubLayer;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What prefixes before all attentions of a network are like.
 *
 * @param length P of each
 * @param width m of the network that makes them; empty where they are trained themselves
 * @param positions how relative positions count them; empty where nobody said
 */
public record PrefixForm(int length, OptionalInt width, Optional<Positions> positions) {

  /** Reads {@code length}, {@code mlp}, {@code width} and {@code positions}. */
  public static PrefixForm of(MethodSpec given, boolean mlp, int width) {
    boolean made = given.flag("mlp", mlp);
    if (!made && given.option("width").isPresent()) {
      throw UserException.usage(
          "method " + given.name() + ": width has no meaning with mlp=false, which has no network");
    }
    return new PrefixForm(
        given.positive("length", 30),
        made ? OptionalInt.of(given.positive("width", width)) : OptionalInt.empty(),
        given.option("positions").map(text -> given.choice("positions", Positions.NOBIAS)));
  }

  /** Adds the options to a spec. */
  public MethodSpec in(MethodSpec spec, boolean mlp) {
    MethodSpec sized = spec.with("length", length);
    if (width.isPresent() != mlp) {
      sized = sized.with("mlp", width.isPresent());
    }
    if (width.isPresent()) {
      sized = sized.with("width", width.getAsInt());
    }
    return positions.isPresent() ? sized.with("positions", positions.get()) : sized;
  }

  /** This form with positions as the network has them, which may be none. */
  public PrefixForm resolve(String method, Anatomy anatomy) {
    boolean relative = anatomy.tensors().stream().anyMatch(t -> t.role() == Role.RELATIVE_BIAS);
    if (relative) {
      return new PrefixForm(length, width, Optional.of(positions.orElse(Positions.NOBIAS)));
    }
    if (positions.isPresent()) {
      throw UserException.usage(
          "method "
              + method
              + ": positions has no meaning for this model, whose attention has no position bias");
    }
    return this;
  }

  /** Plans the prefixes of all attentions, one tensor or one network for each kind of them. */
  public void insert(Plan plan, Anatomy anatomy, long seed) {
    for (Stack stack : anatomy.stacks()) {
      for (SubLayer subLayer : anatomy.subLayers(stack)) {
        if (subLayer != SubLayer.FEED_FORWARD) {
          insert(plan, anatomy, stack, subLayer, seed);
        }
      }
    }
  }

  private void insert(Plan plan, Anatomy anatomy, Stack stack, SubLayer subLayer, long seed) {
    PrefixVectors vectors =
        PrefixVectors.plan(
            plan, length, width, anatomy, stack, "prefix." + kind(stack, subLayer), seed);
    boolean self = subLayer == SubLayer.SELF_ATTENTION;
    Positions counted = self ? positions.orElse(Positions.NOBIAS) : Positions.NOBIAS;
    plan.hook(
        (Hooks hooks) -> {
          for (int i = 0; i < anatomy.blocks(stack); i++) {
            int block = i;
            hooks.prefix(
                new Place(stack, block, subLayer),
                new AttentionPrefix(length, counted, pass -> vectors.of(block, hooks, pass)));
          }
        });
  }

  private static String kind(Stack stack, SubLayer subLayer) {
    if (stack == Stack.ENCODER) {
      return "encoder";
    }
    return subLayer == SubLayer.SELF_ATTENTION ? "self" : "cross";
  }
}
