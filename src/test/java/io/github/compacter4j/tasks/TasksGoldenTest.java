package io.github.compacter4j.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.metrics.Metric;
import io.github.compacter4j.metrics.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** The text-to-text form of every task that exists here, against the reference code. */
class TasksGoldenTest {
  private static final JsonNode GOLDEN = Goldens.file("tasks_format.json");

  static Stream<Arguments> examples() {
    return StreamSupport.stream(GOLDEN.required("examples").spliterator(), false)
        .filter(golden -> golden.has("example"))
        .map(
            golden ->
                Arguments.of(
                    golden.required("task").asText(),
                    golden.required("add_prefix").booleanValue(),
                    golden));
  }

  static Stream<Arguments> batches() {
    return StreamSupport.stream(GOLDEN.required("examples").spliterator(), false)
        .filter(golden -> golden.has("batch"))
        .map(golden -> Arguments.of(golden.required("add_prefix").booleanValue(), golden));
  }

  @Test
  void everyTaskHasAnExampleWithAndWithoutItsName() {
    Set<String> covered =
        Stream.concat(
                examples().map(a -> a.get()[0] + " " + a.get()[1]),
                batches().map(a -> "superglue-record " + a.get()[0]))
            .collect(Collectors.toSet());
    Set<String> wanted =
        Tasks.all().stream()
            .flatMap(task -> Stream.of(task.prefix() + " true", task.prefix() + " false"))
            .collect(Collectors.toSet());
    assertEquals(wanted, covered, "tasks_format.json examples");
  }

  @ParameterizedTest(name = "tasks_format.json {0}, name first: {1}")
  @MethodSource("examples")
  void givesTheSameText(String name, boolean withTaskName, JsonNode golden) {
    Task task = task(name);
    JsonNode example = golden.required("example");
    String source = task.source(field -> example.required(field).asText(), withTaskName);
    assertEquals(golden.required("source").asText(), source, "tasks_format.json " + golden);
    Table table = Table.create(IntColumn.create("question_idx", new int[] {7}));
    table.addColumns(
        task.target() instanceof Score
            ? DoubleColumn.create("label", new double[] {example.required("label").doubleValue()})
            : IntColumn.create("label", new int[] {example.required("label").intValue()}));
    Reference reference = task.target().references(table, 0).get(0);
    String target = golden.required("target").asText();
    assertEquals(target, reference.target(), "tasks_format.json " + golden);
    int group = golden.required("extra_fields").path("group").asInt(0);
    assertEquals(Reference.grouped(group, target), reference, "tasks_format.json " + golden);
  }

  @ParameterizedTest(name = "tasks_format.json superglue-record, name first: {0}")
  @MethodSource("batches")
  void givesTheSameTextOfARowAnAnswer(boolean withTaskName, JsonNode golden) {
    List<String> sources = new ArrayList<>();
    List<String> targets = new ArrayList<>();
    JsonNode batch = golden.required("batch");
    for (int row = 0; row < batch.required("passage").size(); row++) {
      int at = row;
      String source =
          SuperGlue.record().source(name -> text(batch.required(name).get(at)), withTaskName);
      String answers = batch.required("answers").get(row).toString();
      Table table = Table.create(StringColumn.create("label", List.of(answers)));
      for (Reference reference : new Answers().references(table, 0)) {
        sources.add(source);
        targets.add(reference.target());
        boolean none = batch.required("answers").get(row).isEmpty();
        List<String> right =
            none ? List.of("<unk>") : Goldens.strings(batch.required("answers").get(row));
        assertEquals(right, reference.answers(), "tasks_format.json superglue-record answers");
      }
    }
    JsonNode output = golden.required("output");
    assertEquals(Goldens.strings(output.required("source")), sources, "superglue-record source");
    assertEquals(Goldens.strings(output.required("target")), targets, "superglue-record target");
  }

  /** Lists stand in tables as JSON. */
  private static String text(JsonNode node) {
    return node.isTextual() ? node.textValue() : node.toString();
  }

  private static Task task(String prefix) {
    return Tasks.all().stream().filter(t -> t.prefix().equals(prefix)).findFirst().orElseThrow();
  }

  static Stream<Arguments> scores() {
    return StreamSupport.stream(GOLDEN.required("stsb_rounding").spliterator(), false)
        .map(s -> Arguments.of(s.required("label").doubleValue(), s.required("target").asText()));
  }

  @ParameterizedTest(name = "tasks_format.json stsb_rounding {0}")
  @MethodSource("scores")
  void roundsScores(double label, String target) {
    assertEquals(
        target, Score.similarity().text(label), "tasks_format.json stsb_rounding " + label);
  }

  @Test
  void listsScores() {
    assertEquals(Goldens.strings(GOLDEN.required("stsb_labels_list")), Score.similarity().texts());
  }

  /** All but the diagnostic sets, which the reference code has not. */
  static Stream<Task> tasks() {
    return Tasks.all().stream().filter(t -> !t.name().startsWith("ax"));
  }

  @ParameterizedTest(name = "metrics.json average_metrics {0}")
  @MethodSource("tasks")
  void averagesTheSameMetrics(Task task) {
    JsonNode metrics = Goldens.file("metrics.json").required("average_metrics");
    assertEquals(
        Goldens.strings(metrics.required(task.prefix())),
        task.metrics().stream().map(Metric::key).toList(),
        "metrics.json average_metrics " + task.name());
  }
}
