package io.github.compacter4j.results;

import io.github.compacter4j.UserException;
import io.github.compacter4j.format.Columns;
import io.github.compacter4j.metrics.Summary;
import io.github.compacter4j.paper.PaperScores;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tech.tablesaw.api.Table;

/** Our test scores beside the paper's. */
final class PaperComparison {
  private final PaperScores paper;
  private final List<Row> rows = new ArrayList<>();

  private record Row(
      PaperScores.Row printed,
      String score,
      BigDecimal paper,
      Summary ours,
      Entry any,
      Integer trainingRows,
      String data,
      String label) {}

  private PaperComparison(PaperScores paper) {
    this.paper = paper;
  }

  static Table of(List<Board> boards, PaperScores paper) {
    PaperComparison comparison = new PaperComparison(paper);
    boards.forEach(comparison::add);
    if (comparison.rows.isEmpty()) {
      throw new UserException("no run has a task and a method of the table '" + paper.name() + "'");
    }
    return comparison.table();
  }

  private void add(Board board) {
    for (Board.Line line : board.lines()) {
      Entry any = line.entries().get(0);
      paper.row(any.result().spec()).ifPresent(row -> add(board, line, any, row));
    }
  }

  private void add(Board board, Board.Line line, Entry any, PaperScores.Row printed) {
    for (BoardColumn column : board.columns()) {
      BigDecimal score = printed.scores().get(column.score());
      Optional<Summary> ours = board.summary(line, column);
      if (score != null && ours.isPresent()) {
        rows.add(
            new Row(
                printed,
                column.score().toString(),
                score,
                ours.get(),
                any,
                column.trainingRows(),
                column.source(),
                line.label()));
      }
    }
    board
        .average(line, paper.benchmark())
        .ifPresent(
            ours ->
                rows.add(
                    new Row(
                        printed, "average", printed.average(), ours, any, null, "", line.label())));
  }

  private Table table() {
    return Table.create(
            "Ours against the paper: test scores in percent. The paper: T5-base, its protocol, one seed as far as known. "
                + PaperScores.LEGEND)
        .addColumns(
            Columns.text("method", rows, r -> r.printed().method()),
            Columns.text("score", rows, Row::score),
            Columns.exact("paper", rows, Row::paper),
            Columns.numbers("ours", 2, rows, r -> r.ours().mean()),
            Columns.numbers("sd", 2, rows, r -> r.ours().sd()),
            Columns.ints("seeds", rows, r -> r.ours().n()),
            Columns.numbers("difference", 2, rows, r -> r.ours().mean() - r.paper().doubleValue()),
            Columns.text("our model", rows, r -> r.any().setting().model()),
            Columns.text("our method", rows, Row::label),
            Columns.text("protocol", rows, r -> r.any().result().protocol().name()),
            Columns.exact("training rows", rows, Row::trainingRows),
            Columns.text("data", rows, Row::data),
            Columns.text("paper known from", rows, r -> PaperScores.known(r.printed())));
  }
}
