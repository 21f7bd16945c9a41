package io.github.compacter4j.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.Home;
import io.github.compacter4j.UserException;
import io.github.compacter4j.metrics.Metric;
import io.github.compacter4j.tables.BrokenRows;
import io.github.compacter4j.tables.CsvFile;
import io.github.compacter4j.tables.Field;
import io.github.compacter4j.tables.WantedColumns;
import io.github.compacter4j.tasks.find.Edition;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.tasks.find.SplitRule;
import io.github.compacter4j.tasks.find.TaskFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks that a user defines. */
class TaskYamlTest {
  private static final String HEAD =
      "name: mail\ntemplate: \"subject: {subject} text: {text}\"\nlabels: [keep, drop]\n";
  private static final String FILES = "files: {train: a.csv, validation: b.jsonl, test: c.tsv}\n";
  private static final String METRICS = "metrics: [accuracy, f1]\n";

  @TempDir Path folder;

  @Test
  void filesOfThreeFormatsAreReadAlike() {
    Written.write(
        folder.resolve("a.csv"), "subject,text,label\r\n\"Hi, \"\"you\"\"\",\"a\nb\",keep\r\n");
    Written.write(
        folder.resolve("b.jsonl"),
        "{\"label\": \"drop\", \"text\": \"\\ud83d\\ude00\", \"subject\": 7.50}");
    Written.write(folder.resolve("c.tsv"), "label\tsubject\ttext\ndrop\t\"x\"\ty\n");
    TaskData data = define(HEAD + FILES + METRICS + "source: my mail\n").load();
    assertEquals(folder.getFileName() + ", my mail", data.source());
    assertEquals(
        List.of(new Example("subject: Hi, \"you\" text: a\nb", "0")),
        data.examples(Split.TRAIN, false));
    assertEquals(
        List.of(new Example("mail subject: 7.50 text: 😀", "1")),
        data.examples(Split.VALIDATION, true));
    assertEquals(
        List.of(new Example("subject: \"x\" text: y", "1")), data.examples(Split.TEST, false));
    assertEquals(List.of(Metric.ACCURACY, Metric.F1), data.task().metrics());
  }

  @Test
  void oneFileIsCutIntoTenths() {
    String rows =
        IntStream.range(0, 25).mapToObj(i -> i + ",t,keep\n").collect(Collectors.joining());
    Written.write(folder.resolve("all.csv"), "subject,text,label\n" + rows);
    Task task = define(HEAD + "file: all.csv\n" + METRICS);
    TaskData data = task.load();
    Set<String> seen = new HashSet<>();
    for (Split split : Split.values()) {
      seen.addAll(data.table(split).stringColumn("subject").asList());
    }
    assertEquals(25, seen.size());
    List<Integer> sizes = data.splits().stream().map(data::size).toList();
    assertEquals(List.of(21, 2, 2), sizes);
    TaskData few = task.lowResource(5, 42).load();
    assertEquals(
        data.table(Split.TRAIN).stringColumn("subject").asList().subList(0, 5),
        few.table(Split.TRAIN).stringColumn("subject").asList());
  }

  @Test
  void scoresHaveAStep() {
    Written.write(folder.resolve("s.csv"), "text,stars\n" + "a,3.3\nb,4.25\n".repeat(5));
    String yaml =
        """
        name: stars
        template: "{{review}} {text}"
        file: s.csv
        label: stars
        score: {from: 1, to: 5, step: 0.5}
        metrics: [pearson, spearman]
        """;
    TaskData data = define(yaml).load();
    Set<Example> expected =
        Set.of(new Example("{review} a", "3.5"), new Example("{review} b", "4.0"));
    assertEquals(expected, Set.copyOf(data.examples(Split.TRAIN, false)));
    assertEquals(List.of("1.0", "1.5"), data.task().target().texts().subList(0, 2));
  }

  @Test
  void aTaskOfJavaIsATaskToo() {
    Written.write(folder.resolve("t.csv"), "text,kind\n" + "a,x\nb,y\n".repeat(10));
    Task task =
        Task.builder("kinds", "text: {text}")
            .label("kind")
            .labels("x", "y")
            .metrics(Metric.ACCURACY)
            .edition(
                Edition.own(
                    SplitRule.TENTHS, Map.of(Split.TRAIN, TaskFile.of("t.csv", 0)), "made up"))
            .build();
    assertEquals(16, task.load(folder).size(Split.TRAIN));
    assertThrows(UserException.class, () -> task.load(folder.resolve("..")));
  }

  @Test
  void theShippedSetIsDefinedSoAndServesForSst2() {
    Path shipped = Home.folder().orElseThrow().resolve("data/everyday-sentiment");
    Task task = Tasks.named(shipped.resolve("task.yaml").toString());
    assertEquals("everyday-sentiment", task.name());
    assertEquals(shipped.resolve("task.yaml").toString(), task.reference());
    TaskData own = task.load();
    TaskData fallback = Glue.sst2().load(shipped);
    assertEquals(own.examples(Split.TEST, false), fallback.examples(Split.TEST, false));
    assertEquals(List.of(480, 120, 120), own.splits().stream().map(own::size).toList());
  }

  @Test
  void anotherFolderIsRefused() {
    Task task = define(HEAD + FILES + METRICS);
    UserException e = assertThrows(UserException.class, () -> task.load(folder));
    assertEquals(UserException.WRONG_USAGE, e.exitStatus());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "subject,text\\nA,B\\n | a.csv, line 1: expected a column 'label'",
        "subject,text,label\\nA,B\\n | a.csv, line 2: expected 3 comma-separated columns",
        "subject,text,label\\nA,\"x\\ny\",keep\\nA,B,what\\n | a.csv, line 4: column 'label': expected one of keep, drop, found 'what'",
        "subject,text,label\\nA,\"x\"y,keep\\n | a.csv, line 2: expected quotes around a whole text, and a quote within it twice; found others in the row that begins here",
        "subject,text,label\\nA,\"x,keep\\n | a.csv, line 2: expected quotes around a whole text, and a quote within it twice; found others in the row that begins here",
        "subject,text,label,text\\nA,B,keep,C\\n | a.csv, line 1: expected one column 'text', found two",
        "subject,text,label\\n | a.csv: expected rows"
      })
  void mistakesInFilesNameTheLine(String text, String message) {
    Written.write(folder.resolve("a.csv"), text.replace("\\n", "\n"));
    Written.write(folder.resolve("b.jsonl"), "{\"label\":\"keep\",\"text\":\"\",\"subject\":\"\"}");
    Written.write(folder.resolve("c.tsv"), "label\tsubject\ttext\ndrop\tx\ty\n");
    Task task = define(HEAD + FILES + METRICS);
    UserException e = assertThrows(UserException.class, task::load);
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void mistakesInTheDefinitionAreTold() {
    assertMistake(HEAD + METRICS, "either files, one a split, or one file");
    assertMistake(HEAD + FILES + "metrics: [acuracy]\n", "did you mean 'accuracy'");
    assertMistake(HEAD + FILES + "metrics: [pearson]\n", "unknown metric 'pearson'");
    assertMistake(
        HEAD.replace("[keep, drop]", "[keep, drop, ask]") + FILES + "metrics: [f1]\n",
        "did you mean 'f1_multiclass'?");
    assertMistake(HEAD + FILES + METRICS + "split: half\n", "files: expected train");
    assertMistake(HEAD + FILES + METRICS + "split: halves\n", "did you mean 'half'");
    assertMistake(HEAD.replace("keep,", "drop,") + FILES + METRICS, "labels: expected at least");
    assertMistake(HEAD.replace("{text}", "{text|tidy}") + FILES + METRICS, "unknown clean-up");
    assertMistake(HEAD.replace("{text}", "{text") + FILES + METRICS, "template");
    assertMistake(HEAD.replace("mail", "../mail") + FILES + METRICS, "name: expected a word");
    assertMistake(HEAD + FILES + METRICS + "score: {from: 0, to: 5, step: 1}\n", "either labels");
    UserException e =
        assertThrows(UserException.class, () -> Tasks.named(folder.resolve("no.yaml").toString()));
    assertTrue(e.getMessage().contains("no.yaml: expected a YAML file"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sst2", "SST2", "superglue-rte", "stsb-corrected"})
  void namesOfBuiltInTasksAreReserved(String name) {
    assertMistake(
        HEAD.replace("mail", name) + FILES + METRICS,
        "mine.yaml: name: '%s' is a built-in task's; expected another".formatted(name));
  }

  @Test
  void aBadByteIsFoundOnItsLine() throws IOException {
    Files.writeString(folder.resolve("a.csv"), "a,b\nc,\u00e9\n", StandardCharsets.ISO_8859_1);
    WantedColumns columns = new WantedColumns(List.of(new Field("a", "a")), false);
    UserException e =
        assertThrows(
            UserException.class,
            () -> CsvFile.read(folder.resolve("a.csv"), columns, BrokenRows.REFUSED));
    assertEquals(
        folder.resolve("a.csv") + ", line 2: expected UTF-8 text, found bytes of another encoding",
        e.getMessage());
  }

  @Test
  void mistakesInTheYamlAreToldInPlainWords() {
    String keys =
        "mine.yaml: expected YAML that defines a task by the keys name, template, metrics; ";
    String whole = HEAD + FILES + METRICS;
    assertMistake("", keys + "found nothing");
    assertMistake("~\n", keys + "found nothing");
    assertMistake("- a\n", keys + "found [\"a\"]");
    assertMistake(HEAD + FILES, keys + "found no 'metrics'");
    assertMistake(HEAD + "metrics:\n", keys + "found no 'metrics'");
    assertMistake("name: [a", "mine.yaml, line 1: expected YAML: lines of 'key: value'");
    assertMistake(whole + "source: \"x\n", "mine.yaml, line 6: expected YAML");
    assertMistake(whole + "name: again\n", "mine.yaml, line 6: expected each key once");
    assertMistake(whole + "---\nname: b\n", "mine.yaml, line 7: expected the end of the file");
    assertMistake(
        whole + "lables: [a]\n", "mine.yaml, line 6: unknown key 'lables'; did you mean 'label'");
    assertMistake(
        "nme: mail\n" + FILES + METRICS, "line 1: unknown key 'nme'; did you mean 'name'");
    assertMistake(
        whole + "source: [a, b]\n",
        "mine.yaml, line 6: source: expected text, found [\"a\",\"b\"]");
    assertMistake(
        HEAD + METRICS + "files: a.csv\n",
        "mine.yaml, line 5: files: expected keys, each with text, found \"a.csv\"");
    assertMistake(
        HEAD + FILES + "metrics: [~]\n", "mine.yaml, line 5: metrics: expected text, or a list");
    assertMistake(whole + "score: 5\n", "line 6: score: expected the keys from, to, step, found 5");
    assertMistake(whole + "score: {from: 1}\n", "line 6: score: expected the keys from, to, step");
    assertMistake(
        whole + "score:\n  from: 1\n  stop: 5\n",
        "mine.yaml, line 8: unknown key 'stop'; did you mean 'step'");
    assertMistake(
        whole + "score:\n  from: one\n  to: 5\n  step: 1\n",
        "mine.yaml, line 7: score.from: expected a number, found \"one\"");
  }

  private void assertMistake(String yaml, String part) {
    UserException e = assertThrows(UserException.class, () -> define(yaml));
    assertTrue(e.getMessage().contains("mine.yaml"), e.getMessage());
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  private Task define(String yaml) {
    Written.write(folder.resolve("mine.yaml"), yaml);
    return Tasks.named(folder.resolve("mine.yaml").toString());
  }
}
