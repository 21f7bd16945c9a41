package io.github.compacter4j.cli;

import io.github.compacter4j.UserException;
import io.github.compacter4j.cli.options.Output;
import io.github.compacter4j.figures.Charts;
import io.github.compacter4j.figures.ResultFigures;
import io.github.compacter4j.files.AtomicFiles;
import io.github.compacter4j.format.ShownTable;
import io.github.compacter4j.format.TableFormat;
import io.github.compacter4j.format.TableJson;
import io.github.compacter4j.paper.Paper;
import io.github.compacter4j.results.Board;
import io.github.compacter4j.results.BoardRows;
import io.github.compacter4j.results.Results;
import io.github.compacter4j.results.ResultsPage;
import io.github.compacter4j.tasks.find.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tech.tablesaw.api.Table;

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
  TableFormat format;

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
    if (output.isJson()) {
      output.print(rows(results), null);
    } else {
      write(text(results));
    }
    return 0;
  }

  private void checkUsage() {
    if (output.isJson() && (format != null || out != null || content.page)) {
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

  private String text(Results results) {
    TableFormat chosen = format == null ? TableFormat.TEXT : format;
    List<ShownTable> tables =
        content.by == By.METHOD
            ? results.boards(split()).stream().map(Board::shown).toList()
            : List.of(ShownTable.plain(table(results)));
    if (chosen == TableFormat.CSV && tables.size() > 1) {
      throw new UserException(
          "csv holds one table, found %d (%s); use --by setting or fewer runs"
              .formatted(
                  tables.size(),
                  tables.stream()
                      .map(shown -> shown.table().name())
                      .collect(Collectors.joining("; "))));
    }
    return chosen.document(tables);
  }

  private List<Map<String, Object>> rows(Results results) {
    return content.by == By.METHOD ? rows(results.boards(split())) : TableJson.rows(table(results));
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
