package io.github.compacter4j.methods.lowrank;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Role;
import io.github.compacter4j.model.TensorSpec;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The matrices that a method changes, by what they do: letters joined by {@code +}, or {@code all}.
 *
 * @param letters in the order of the computation
 */
public record Targets(Set<Letter> letters) {
  /** Queries and values, as LoRA's authors chose. */
  public static final Targets QUERIES_AND_VALUES = new Targets(Set.of(Letter.Q, Letter.V));

  /** Every matrix of a block. */
  public static final Targets ALL = new Targets(Set.of(Letter.values()));

  /** Kinds of matrices. */
  public enum Letter {
    Q(Role.Q),
    K(Role.K),
    V(Role.V),
    O(Role.O),
    /** The first of a feed-forward layer; both where it is gated. */
    WI(Role.FF_IN, Role.FF_GATE),
    WO(Role.FF_OUT);

    private final List<Role> roles;

    Letter(Role... roles) {
      this.roles = List.of(roles);
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The letters of all kinds that have one of these roles. */
  public static Targets of(Set<Role> roles) {
    return new Targets(
        Arrays.stream(Letter.values())
            .filter(letter -> letter.roles.stream().anyMatch(roles::contains))
            .collect(Collectors.toSet()));
  }

  /** What {@code targets=} says, or these. */
  public Targets with(MethodSpec given) {
    String text = given.option("targets").orElse(toString());
    if (text.equals("all")) {
      return ALL;
    }
    Set<Letter> chosen = new LinkedHashSet<>();
    for (String letter : text.split("\\+", -1)) {
      if (!chosen.add(letter(given, letter))) {
        throw UserException.usage(
            "method " + given.name() + ": targets=" + text + " names " + letter + " twice");
      }
    }
    return new Targets(chosen);
  }

  private static Letter letter(MethodSpec given, String text) {
    return Arrays.stream(Letter.values())
        .filter(letter -> letter.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                Names.unknown(
                    "target of method " + given.name(),
                    text,
                    Stream.concat(
                            Arrays.stream(Letter.values()).map(Letter::toString), Stream.of("all"))
                        .toList()));
  }

  /** The matrices (out, in) of a network, block by block. */
  public List<TensorSpec> of(Anatomy anatomy) {
    Set<Role> roles =
        letters.stream().flatMap(letter -> letter.roles.stream()).collect(Collectors.toSet());
    return anatomy.tensors().stream()
        .filter(tensor -> tensor.isProjection() && roles.contains(tensor.role()))
        .toList();
  }

  /** Refuses a rank beyond the smaller side of a matrix. */
  public void requireRank(String method, int rank, Anatomy anatomy) {
    requireRank(method, "rank", rank, anatomy);
  }

  /** Refuses a rank, the value of an option, beyond the smaller side of a matrix. */
  public void requireRank(String method, String option, int rank, Anatomy anatomy) {
    for (TensorSpec matrix : of(anatomy)) {
      long most = Math.min(matrix.shape().get(0), matrix.shape().get(1));
      if (rank > most) {
        throw UserException.usage(
            "method %s: %s=%d is larger than %s (%d, %d); at most %d"
                .formatted(
                    method,
                    option,
                    rank,
                    matrix.name(),
                    matrix.shape().get(0),
                    matrix.shape().get(1),
                    most));
      }
    }
  }

  /**
   * The largest size of the matrices of a network.
   *
   * @param dimension 0 for out, 1 for in
   */
  long largest(Anatomy anatomy, int dimension) {
    return of(anatomy).stream()
        .mapToLong(matrix -> matrix.shape().get(dimension))
        .max()
        .orElseThrow();
  }

  @Override
  public String toString() {
    return letters.size() == Letter.values().length
        ? "all"
        : letters.stream().sorted().map(Letter::toString).collect(Collectors.joining("+"));
  }
}
