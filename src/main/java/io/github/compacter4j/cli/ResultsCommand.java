package io.github.compacter4j.cli;

import io.github.compacter4j.UserException;
import io.github.compacter4j.figures.Charts;
import io.github.compacter4j.figures.ResultFigures;
import io.github.compacter4j.files.AtomicFiles;
import io.github.compacter4j.format.TableHtml;
import io.github.compacter4j.format.TableText;
import io.github.compacter4j.paper.Paper;
import io.github.compacter4j.results.Board;
import io.github.compacter4j.results.BoardRows;
import io.github.compacter4j.results.Results;
import io.github.compacter4j.results.ResultsPage;
import io.github.compacter4j.tasks.find.Split;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Tables of runs. */
@Command(
    name = "results",
    description = {
      "Tabulate the results of runs.",
      "Runs are averaged over seeds where all else is equal: model, data, method, protocol. What cannot be"
          + " read is named on standard error and left out."
    },
    mixinStandardHelpOptions = true)
final class ResultsCommand implements Callable<Integer> {
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?(E-?\\d+)?");

  @Parameters(
      arity = "1..*",
      paramLabel = "RUNS",
      description = "Run folders, folders with such at any depth, or result.json files.")
  List<Path> places;

  @ArgGroup Content content = new Content();

  /** What to show, one of these. */
  static final class Content {
    @Option(
        names = "--by",
        description =
            "What a row is: method (tasks are columns; the default), setting (and metric, with statistics over"
                + " seeds), or run.")
    By by;

    @Option(
        names = "--paper",
        description = "Ours beside the paper's: glue, superglue or efficiency.")
    PaperTable paper;

    @Option(
        names = "--compare",
        arity = "2",
        paramLabel = "METHOD",
        description = "The second method against the first, paired by seed.")
    List<String> methods;

    @Option(
        names = "--page",
        description =
            "A page of Markdown with all tables; README.md beside the runs is its introduction. With --out"
                + " NAME.md also figures, in NAME/figures.")
    boolean page;
  }

  enum By {
    METHOD,
    SETTING,
    RUN
  }

  enum PaperTable {
    GLUE,
    SUPERGLUE,
    EFFICIENCY
  }

  enum Format {
    TEXT,
    MD,
    LATEX,
    CSV,
    HTML
  }

  @Option(
      names = "--best-over",
      split = ",",
      paramLabel = "NAME",
      description =
          "Of runs that differ in these, such as reduction,learningRate, take each task's best on validation.")
  List<String> bestOver;

  @Option(
      names = "--split",
      description = "validation or test, with --by method or setting; default: test.")
  String split;

  @Option(names = "--format", description = "text, md, latex, csv or html; default: text.")
  Format format;

  @Option(names = "--out", description = "Write to this file instead of standard output.")
  Path out;

  @Mixin Output output;

  @Override
  public Integer call() {
    checkUsage();
    Results results = Results.in(places);
    results.problems().forEach(p -> System.err.println("compacter4j: left out: " + p));
    if (bestOver != null) {
      results = results.bestOnValidation(bestOver.toArray(String[]::new));
    }
    if (content.page) {
      write(ResultsPage.of(results, introduction(), figures(results)));
      return 0;
    }
    if (content.by == null && content.paper == null && content.methods == null) {
      content.by = By.METHOD;
    }
    List<Board> boards = content.by == By.METHOD ? results.boards(split()) : List.of();
    if (output.json) {
      output.print(boards.isEmpty() ? rows(table(results)) : rows(boards), null);
      return 0;
    }
    List<Table> tables =
        boards.isEmpty() ? List.of(table(results)) : boards.stream().map(Board::table).toList();
    write(text(boards, tables));
    return 0;
  }

  private void checkUsage() {
    if (output.json && (format != null || out != null || content.page)) {
      throw UserException.usage("--json takes no --format, --out or --page");
    }
    if (content.page && format != null) {
      throw UserException.usage("--page is Markdown and takes no --format");
    }
    if (content.methods != null && content.methods.size() != 2) {
      throw UserException.usage("--compare takes two methods, once");
    }
    boolean byRun = content.by == By.RUN;
    if (split != null
        && (byRun || content.paper != null || content.methods != null || content.page)) {
      throw UserException.usage("--split goes with --by method or --by setting");
    }
    split();
  }

  private Split split() {
    Split chosen = split == null ? Split.TEST : Split.parse(split);
    if (chosen == Split.TRAIN) {
      throw UserException.usage("--split is train, expected validation or test");
    }
    return chosen;
  }

  private Table table(Results results) {
    if (content.methods != null) {
      return results.compare(content.methods.get(0), content.methods.get(1));
    }
    if (content.paper != null) {
      return switch (content.paper) {
        case GLUE -> results.comparedWithPaper(Paper.GLUE);
        case SUPERGLUE -> results.comparedWithPaper(Paper.SUPERGLUE);
        case EFFICIENCY -> results.comparedWithPaper(Paper.EFFICIENCY);
      };
    }
    return content.by == By.RUN ? results.runs() : results.overSeeds(split());
  }

  private String text(List<Board> boards, List<Table> tables) {
    return switch (format == null ? Format.TEXT : format) {
      case TEXT -> join(tables.stream().map(TableText::text).toList());
      case MD ->
          boards.isEmpty()
              ? TableText.markdown(tables.get(0)) + "\n\n" + tables.get(0).name()
              : join(boards.stream().map(b -> b.markdown() + "\n\n" + b.caption()).toList());
      case LATEX ->
          boards.isEmpty()
              ? TableText.latex(tables.get(0))
              : join(boards.stream().map(Board::latex).toList());
      case CSV -> csv(tables);
      case HTML ->
          tables.stream()
              .map(table -> TableHtml.of(table, Integer.MAX_VALUE))
              .collect(
                  Collectors.joining(
                      "\n",
                      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                          + "<title>Results</title></head><body>\n",
                      "\n</body></html>"));
    };
  }

  private static String join(List<String> parts) {
    return String.join("\n\n", parts);
  }

  private static String csv(List<Table> tables) {
    if (tables.size() > 1) {
      throw new UserException(
          "csv holds one table, found %d (%s); use --by setting or fewer runs"
              .formatted(
                  tables.size(),
                  tables.stream().map(Table::name).collect(Collectors.joining("; "))));
    }
    return TableText.csv(tables.get(0));
  }

  /** The rows of boards; of several also the board's caption. */
  private static List<Map<String, Object>> rows(List<Board> boards) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Board board : boards) {
      for (Map<String, Object> row : BoardRows.of(board)) {
        if (boards.size() > 1) {
          row.put("table", board.caption());
        }
        rows.add(row);
      }
    }
    return rows;
  }

  /** A map a row, by the names of the columns. */
  private static List<Map<String, Object>> rows(Table table) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int r = 0; r < table.rowCount(); r++) {
      Map<String, Object> row = new LinkedHashMap<>();
      for (Column<?> column : table.columns()) {
        row.put(column.name(), column.isMissing(r) ? null : value(column.get(r)));
      }
      rows.add(row);
    }
    return rows;
  }

  /** A number that a table shows with the digits of its source is text there, and none here. */
  private static Object value(Object cell) {
    return cell instanceof String text && NUMBER.matcher(text).matches()
        ? new BigDecimal(text)
        : cell;
  }

  /** Writes the figures of a page into a folder beside it; their titles by their addresses. */
  private Map<String, String> figures(Results results) {
    Map<String, String> titles = new LinkedHashMap<>();
    if (out != null) {
      String folder = out.getFileName().toString().replaceFirst("\\.md$", "") + "/figures/";
      ResultFigures.of(results)
          .forEach(
              (name, chart) -> {
                String address = folder + name + ".svg";
                Charts.save(chart, out.resolveSibling(address));
                titles.put(address, chart.getTitle());
              });
    }
    return titles;
  }

  /** The notes beside the runs. */
  private String introduction() {
    StringBuilder text = new StringBuilder();
    for (Path place : places) {
      Path notes = place.resolve("README.md");
      if (Files.isRegularFile(notes)) {
        try {
          text.append(Files.readString(notes)).append('\n');
        } catch (IOException e) {
          throw new UserException(notes + ": cannot be read", e);
        }
      }
    }
    return text.toString();
  }

  private void write(String text) {
    String line = text.stripTrailing() + "\n";
    if (out == null) {
      System.out.print(line);
    } else {
      AtomicFiles.write(out, line);
    }
  }
}
