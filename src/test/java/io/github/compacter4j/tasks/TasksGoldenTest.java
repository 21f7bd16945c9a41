package io.github.compacter4j.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.metrics.Metric;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The text-to-text form of every task that exists here, against the reference code. */
class TasksGoldenTest {
  private static final JsonNode GOLDEN = Goldens.file("tasks_format.json");

  static Stream<Arguments> examples() {
    Set<String> known = Tasks.all().stream().map(Task::name).collect(Collectors.toSet());
    return StreamSupport.stream(GOLDEN.required("examples").spliterator(), false)
        .filter(example -> known.contains(example.required("task").asText()))
        .map(
            example ->
                Arguments.of(
                    example.required("task").asText(),
                    example.required("add_prefix").booleanValue(),
                    example));
  }

  @Test
  void everyTaskHasAnExampleWithAndWithoutItsName() {
    Set<String> covered =
        examples().map(a -> a.get()[0] + " " + a.get()[1]).collect(Collectors.toSet());
    Set<String> wanted =
        Tasks.all().stream()
            .flatMap(task -> Stream.of(task.name() + " true", task.name() + " false"))
            .collect(Collectors.toSet());
    assertEquals(wanted, covered, "tasks_format.json examples");
  }

  @ParameterizedTest(name = "tasks_format.json {0}, name first: {1}")
  @MethodSource("examples")
  void givesTheSameText(String name, boolean withTaskName, JsonNode golden) {
    Task task = Tasks.named(name);
    JsonNode example = golden.required("example");
    String source = task.source(field -> example.required(field).asText(), withTaskName);
    assertEquals(golden.required("source").asText(), source, "tasks_format.json " + golden);
    String target = task.target().text(example.required("label").doubleValue());
    assertEquals(golden.required("target").asText(), target, "tasks_format.json " + golden);
  }

  static Stream<Arguments> scores() {
    return StreamSupport.stream(GOLDEN.required("stsb_rounding").spliterator(), false)
        .map(s -> Arguments.of(s.required("label").doubleValue(), s.required("target").asText()));
  }

  @ParameterizedTest(name = "tasks_format.json stsb_rounding {0}")
  @MethodSource("scores")
  void roundsScores(double label, String target) {
    assertEquals(target, new Score().text(label), "tasks_format.json stsb_rounding " + label);
  }

  @Test
  void listsScores() {
    assertEquals(Goldens.strings(GOLDEN.required("stsb_labels_list")), new Score().texts());
  }

  static Stream<Task> tasks() {
    return Tasks.all().stream();
  }

  @ParameterizedTest(name = "metrics.json average_metrics {0}")
  @MethodSource("tasks")
  void averagesTheSameMetrics(Task task) {
    JsonNode metrics = Goldens.file("metrics.json").required("average_metrics");
    assertEquals(
        Goldens.strings(metrics.required(task.name())),
        task.metrics().stream().map(Metric::key).toList(),
        "metrics.json average_metrics " + task.name());
  }
}
