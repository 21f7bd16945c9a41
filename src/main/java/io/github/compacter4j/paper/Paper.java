package io.github.compacter4j.paper;

import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.t5.T5Config;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** Numbers that the paper prints (arXiv 2106.04647), each with how it is known here. */
public final class Paper {
  /** Memory and time. */
  public static final PaperEfficiency EFFICIENCY = PaperEfficiency.read("paper-efficiency.csv");

  /** GLUE: Table 1, the other n of the appendix, and AdapterHub's reproduction of Compacter++. */
  public static final PaperScores GLUE =
      PaperScores.read("GLUE in the paper", Benchmark.GLUE, "paper-glue.csv", EFFICIENCY);

  /** Table 2: SuperGLUE. */
  public static final PaperScores SUPERGLUE =
      PaperScores.read(
          "SuperGLUE in the paper", Benchmark.SUPERGLUE, "paper-superglue.csv", EFFICIENCY);

  private static final List<Parameters> PARAMETERS =
      PrintedFile.rows("paper-parameters.csv").stream().map(Parameters::of).toList();

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
      Known percentStatus,
      BigDecimal total,
      int tasks,
      String note) {

    private static Parameters of(String[] cells) {
      return new Parameters(
          cells[0],
          cells[1],
          new BigDecimal(cells[2]),
          Known.parse(cells[3]),
          new BigDecimal(cells[4]),
          Integer.parseInt(cells[5]),
          cells[6]);
    }

    private boolean isOf(Method other) {
      return MethodSpec.parse(spec).name().equals(other.name())
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
}
