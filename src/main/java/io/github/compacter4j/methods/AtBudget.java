package io.github.compacter4j.methods;

import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.UserException;
import io.github.compacter4j.model.Anatomy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * A method that trains at most so many parameters.
 *
 * @param asked the spec before its size was chosen
 * @param spec the one asked for, with the size that was chosen; else as it was
 * @param method the largest that is within the budget; empty where none is
 * @param trainable what it trains
 * @param error why there is none
 * @param warnings why one may leave it out all the same
 */
public record AtBudget(
    MethodSpec asked,
    MethodSpec spec,
    Optional<Method> method,
    long trainable,
    String error,
    List<String> warnings) {
  /** Frozen tensors above these bytes are worth a warning. */
  private static final long MOST_BYTES = 1_000_000_000L;

  /**
   * Chooses the size of a method.
   *
   * @param maker makes a method of its spec
   * @param knob by what; null for a method that has one size
   */
  static AtBudget of(
      MethodSpec asked,
      Function<MethodSpec, Method> maker,
      Knob knob,
      Anatomy anatomy,
      long parameters) {
    try {
      return new Search(asked, maker, knob, anatomy, parameters).result();
    } catch (UserException e) {
      return none(asked, e.getMessage());
    }
  }

  private static AtBudget none(MethodSpec asked, String error) {
    return new AtBudget(asked, asked, Optional.empty(), 0, error, List.of());
  }

  /** One search, over the multiples j of a step. */
  private record Search(
      MethodSpec asked,
      Function<MethodSpec, Method> maker,
      Knob knob,
      Anatomy anatomy,
      long parameters) {

    AtBudget result() {
      if (maker.apply(asked).startsFromAdapter()) {
        return none(asked, "starts from adapters that were trained before; no budget makes them");
      }
      if (knob == null) {
        Method method = maker.apply(asked).resolve(anatomy);
        return count(method) <= parameters
            ? found(asked, method, "")
            : tooMany("it trains", method);
      }
      requireFree();
      MethodSpec usual = possible().spec();
      int step = knob.step().apply(usual);
      int below = knob.least().apply(usual, anatomy) - 1;
      IntUnaryOperator value = j -> below + j * step;
      int most = (knob.most().apply(usual, anatomy) - below) / step;
      method(value.applyAsInt(1)); // says why, if nothing is possible
      int last = knob.rising() ? most : largest(most, j -> isPossible(value.applyAsInt(j)));
      int j =
          knob.rising()
              ? largest(last, i -> isPossible(value.applyAsInt(i)) && fits(value.applyAsInt(i)))
              : first(last, i -> fits(value.applyAsInt(i)));
      if (j == 0) {
        return tooMany("the smallest trains", method(value.applyAsInt(knob.rising() ? 1 : last)));
      }
      int chosen = value.applyAsInt(j);
      return found(knob.turn(asked, chosen), method(chosen), knob.warning().apply(chosen));
    }

    /** Of the usual size, or of the least where the network is too small for that. */
    private Method possible() {
      Method usual = maker.apply(asked);
      try {
        return usual.resolve(anatomy);
      } catch (UserException e) {
        int least = knob.least().apply(usual.spec(), anatomy);
        if (!isPossible(least)) {
          throw e;
        }
        return method(least);
      }
    }

    /** Refuses a size of the user's where the budget chooses it. */
    private void requireFree() {
      for (String option : knob.names()) {
        if (asked.option(option).isPresent()) {
          throw UserException.usage(
              "method %s: the budget chooses %s; leave it out".formatted(asked, option));
        }
      }
    }

    private Method method(int value) {
      return maker.apply(knob.turn(asked, value)).resolve(anatomy);
    }

    private boolean isPossible(int value) {
      try {
        method(value);
        return true;
      } catch (UserException e) {
        return false; // larger than the network allows
      }
    }

    private boolean fits(int value) {
      return count(method(value)) <= parameters;
    }

    /** The largest number from 1 to most for which a condition holds that holds for all below. */
    private static int largest(int most, IntPredicate holds) {
      int low = 0; // holds
      long high = 1; // perhaps not
      while (high <= most && holds.test((int) high)) {
        low = (int) high;
        high *= 2;
      }
      high = Math.min(high, most + 1L); // does not
      while (low + 1 < high) {
        int middle = (int) ((low + high) / 2);
        if (holds.test(middle)) {
          low = middle;
        } else {
          high = middle;
        }
      }
      return low;
    }

    /**
     * The smallest number from 1 to most for which a condition holds; 0 where it holds for none.
     */
    private static int first(int most, IntPredicate holds) {
      return IntStream.rangeClosed(1, most).filter(holds).findFirst().orElse(0);
    }

    private long count(Method method) {
      return method.trainable(anatomy, "task").values().stream().mapToLong(Shape::size).sum();
    }

    private AtBudget tooMany(String what, Method method) {
      return none(
          asked,
          String.format(
              Locale.ROOT,
              "%s %,d parameters, the budget is %,d: %s",
              what,
              count(method),
              parameters,
              method));
    }

    private AtBudget found(MethodSpec spec, Method method, String warning) {
      List<String> warnings = new ArrayList<>();
      if (!warning.isEmpty()) {
        warnings.add(warning);
      }
      long bytes = Float.BYTES * method.plan(anatomy, "task", 0).fixedSize();
      if (bytes > MOST_BYTES) {
        warnings.add(String.format(Locale.ROOT, "its frozen bases take %.1f GB", bytes / 1e9));
      }
      return new AtBudget(asked, spec, Optional.of(method), count(method), null, warnings);
    }
  }
}
