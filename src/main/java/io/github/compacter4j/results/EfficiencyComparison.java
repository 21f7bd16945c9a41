package io.github.compacter4j.results;

import io.github.compacter4j.UserException;
import io.github.compacter4j.format.Columns;
import io.github.compacter4j.paper.PaperEfficiency;
import io.github.compacter4j.run.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import tech.tablesaw.api.Table;

/** Our memory and time beside the paper's, relative to full fine-tuning. */
final class EfficiencyComparison {
  private static final String CAPTION =
      "Ours against the paper: memory and time relative to full fine-tuning of the same model. Ours: peak resident "
          + "memory of the whole process and time of training steps a row, a single measurement a run. ";

  private EfficiencyComparison() {}

  private record Row(PaperEfficiency.Row printed, List<Entry> ours, List<Entry> full) {
    /** The mean of a measure over that of full fine-tuning. */
    double ratio(ToDoubleFunction<Entry> measure) {
      return mean(ours, measure) / mean(full, measure);
    }

    private static double mean(List<Entry> runs, ToDoubleFunction<Entry> measure) {
      return runs.stream().mapToDouble(measure).average().orElseThrow();
    }
  }

  /** What a step's time and memory depend on besides the method; some halve their batches. */
  private record Steps(int rows, int maxSourceLength, boolean byLength, boolean checkpointing) {
    static Steps of(Protocol protocol) {
      return new Steps(
          protocol.batchSize() * protocol.accumulation(),
          protocol.maxSourceLength(),
          protocol.groupByLength(),
          protocol.gradientCheckpointing());
    }
  }

  /** Where times are comparable: the same rows, model, steps and threads. */
  private record Place(Setting data, Setting surroundings, Steps steps, int threads) {}

  static Table of(List<Entry> entries, PaperEfficiency paper) {
    List<Row> rows = new ArrayList<>();
    Map<Place, List<Entry>> places =
        Entry.group(
            entries,
            e ->
                new Place(
                    e.setting().data(),
                    e.setting().surroundings(),
                    Steps.of(e.result().protocol()),
                    e.result().measures().threads()));
    for (List<Entry> place : places.values()) {
      List<Entry> full = place.stream().filter(e -> e.setting().method().equals("full")).toList();
      if (!full.isEmpty()) {
        Entry.group(place, Entry::setting)
            .forEach(
                (setting, runs) ->
                    paper
                        .row(runs.get(0).result().spec())
                        .ifPresent(printed -> rows.add(new Row(printed, runs, full))));
      }
    }
    if (rows.isEmpty()) {
      throw new UserException("no method of the paper was run beside full on a task");
    }
    return table(paper, rows);
  }

  private static Table table(PaperEfficiency paper, List<Row> rows) {
    return Table.create(CAPTION + PaperEfficiency.LEGEND)
        .addColumns(
            Columns.text("method", rows, r -> r.printed().method()),
            Columns.exact("paper's memory", rows, r -> paper.memoryRatio(r.printed())),
            Columns.numbers(
                "our memory", 3, rows, r -> r.ratio(e -> e.result().measures().peakMemoryBytes())),
            Columns.exact("paper's time", rows, r -> paper.timeRatio(r.printed())),
            Columns.numbers(
                "our time",
                3,
                rows,
                r -> r.ratio(e -> 1 / e.result().measures().examplesPerSecond())),
            Columns.ints("seeds", rows, r -> r.ours().size()),
            Columns.text("our method", rows, r -> r.ours().get(0).setting().spec()),
            Columns.text("our model", rows, r -> r.ours().get(0).setting().model()),
            Columns.text("task", rows, r -> r.ours().get(0).result().task()),
            Columns.text("protocol", rows, r -> r.ours().get(0).result().protocol().name()),
            Columns.ints("threads", rows, r -> r.ours().get(0).result().measures().threads()),
            Columns.exact("printed memory change %", rows, r -> r.printed().memoryChange()));
  }
}
