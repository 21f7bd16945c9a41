package io.github.compacter4j.paper;

import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.t5.T5Config;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Numbers that the paper prints (arXiv 2106.04647), each with how it is known here. */
public final class Paper {
  /** Table 1, and the other n of the appendix: GLUE. */
  public static final PaperScores GLUE =
      PaperScores.read("GLUE in the paper", Benchmark.GLUE, "paper-glue.csv");

  /** Table 2: SuperGLUE. */
  public static final PaperScores SUPERGLUE =
      PaperScores.read("SuperGLUE in the paper", Benchmark.SUPERGLUE, "paper-superglue.csv");

  /** Memory and time. */
  public static final PaperEfficiency EFFICIENCY = PaperEfficiency.read("paper-efficiency.csv");

  private static final List<Parameters> PARAMETERS =
      rows("paper-parameters.csv").stream().map(Parameters::of).toList();

  /** Options that the paper chose on validation, or that follow from the model's size. */
  private static final Set<String> FREE = Set.of("reduction", "layers");

  /** How a number of the paper is known. */
  public enum Status {
    /** It stands in the paper's running text. */
    TEXT("text"),
    /** It is remembered from a table of the paper, and not confirmed by the text. */
    RECALLED("recalled"),
    /** It is remembered, not read in the paper again, and agrees with the others of its row. */
    CONSISTENT("recalled, consistent");

    private final String words;

    Status(String words) {
      this.words = words;
    }

    static Status parse(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
      return words;
    }
  }

  private Paper() {}

  /**
   * The parameter columns of a row of Table 1 (8 tasks) or 2 (6 tasks), for T5-base.
   *
   * @param method as the paper writes it
   * @param spec the same method here
   * @param percent trained for a task, in percent of T5, with the digits printed
   * @param percentStatus how {@code percent} is known; {@code total} is recalled in every row
   * @param total T5 and what is added for all tasks, over T5, with the digits printed
   * @param tasks how many tasks that are
   * @param note what else the text says of the row's count, or nothing
   */
  public record Parameters(
      String method,
      String spec,
      BigDecimal percent,
      Status percentStatus,
      BigDecimal total,
      int tasks,
      String note) {

    private static Parameters of(String[] cells) {
      return new Parameters(
          cells[0],
          cells[1],
          new BigDecimal(cells[2]),
          Status.parse(cells[3]),
          new BigDecimal(cells[4]),
          Integer.parseInt(cells[5]),
          cells[6]);
    }

    private boolean isOf(Method other) {
      return spec.split("\\[")[0].equals(other.name())
          && Methods.parse(spec).resolve(T5Config.base()).equals(other.resolve(T5Config.base()));
    }
  }

  /** The rows of Table 1 in its order, each method's other n behind it. */
  public static List<Parameters> parameters() {
    return PARAMETERS;
  }

  /** The paper's row of a method with these options on T5-base, if it has one. */
  public static Optional<Parameters> parameters(Method method) {
    return PARAMETERS.stream().filter(row -> row.isOf(method)).findFirst();
  }

  /**
   * Whether a method that was run is one that the paper prints: equal but for the reduction factor,
   * which the paper chose on validation, and the dropped blocks, which follow from the model's
   * size.
   */
  static boolean isSame(String printed, String run) {
    if (!printed.split("\\[")[0].equals(run.split("\\[")[0])) {
      return false;
    }
    try {
      return withoutFree(printed).equals(withoutFree(run));
    } catch (UserException impossible) {
      return false; // for T5-base, so it is none of the paper's
    }
  }

  private static Map<String, String> withoutFree(String spec) {
    String resolved = Methods.parse(spec).resolve(T5Config.base()).spec();
    Map<String, String> options = new TreeMap<>(Methods.options(resolved));
    options.keySet().removeAll(FREE);
    return options;
  }

  /** The rows of a file of numbers, without notes and the names of the columns. */
  static List<String[]> rows(String file) {
    try (InputStream stream = Paper.class.getResourceAsStream(file)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .skip(1)
          .map(line -> line.split(",", -1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
