package io.github.compacter4j.experiments;

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
import java.util.Optional;

/** Numbers that the paper prints (arXiv 2106.04647), each with how it is known here. */
public final class Paper {
  private static final List<Parameters> PARAMETERS = read();

  /** How a number of the paper is known. */
  public enum Status {
    /** It stands in the paper's running text. */
    TEXT,
    /** It is remembered from a table of the paper, and not confirmed by the text. */
    RECALLED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
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

    private static Parameters of(String line) {
      String[] cells = line.split(",", -1);
      return new Parameters(
          cells[0],
          cells[1],
          new BigDecimal(cells[2]),
          Status.valueOf(cells[3].toUpperCase(Locale.ROOT)),
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

  private static List<Parameters> read() {
    try (InputStream file = Paper.class.getResourceAsStream("paper-parameters.csv")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .skip(1) // names of the columns
          .map(Parameters::of)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
