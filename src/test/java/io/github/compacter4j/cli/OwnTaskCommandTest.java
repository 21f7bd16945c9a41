package io.github.compacter4j.cli;

import static io.github.compacter4j.cli.Answer.here;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import io.github.compacter4j.adapters.Predictor;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.torch.OneThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tasks of one's own at the command line: what users' files have that no benchmark's has. */
@ExtendWith(OneThread.class)
class OwnTaskCommandTest {
  @TempDir Path folder;
  private Path run;

  @BeforeEach
  void writeTask() throws IOException {
    run = folder.resolve("run");
    Files.writeString(
        folder.resolve("task.yaml"),
        """
        name: shop
        template: "{text}"
        file: rows.csv
        labels: [bad, good]
        metrics: [accuracy]
        """);
    StringBuilder rows = new StringBuilder("text,label\n");
    for (int i = 0; i < 20; i++) {
      rows.append(i == 3 ? ",good\n  ,bad\n" : "fine %d,good\npoor %d,bad\n".formatted(i, i));
    }
    Files.writeString(folder.resolve("rows.csv"), rows);
  }

  private Answer train(String method, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of("train", "--task", folder.resolve("task.yaml").toString(), "--method", method));
    command.addAll(List.of("--steps", "1", "--batch-size", "32", "--threads", "1"));
    command.addAll(List.of(more));
    if (!command.contains("--out")) {
      command.addAll(List.of("--out", run.toString()));
    }
    return here(command.toArray(String[]::new));
  }

  @Test
  void rowsWithoutTextTrainAndAreCounted() {
    Answer trained = train("compacter++"); // adapters put no name of the task before the text
    assertEquals(0, trained.status(), trained.err());
    String note = "rows.csv: 2 of 40 rows have no text, the first in line 8";
    assertTrue(trained.err().contains(note), trained.err());
  }

  @Test
  void rowsWithoutTextArePredicted() throws IOException {
    train("compacter++");
    Path input = Files.writeString(folder.resolve("new.csv"), "text\nfine\n\"\"\npoor\n");
    Answer answer =
        here("predict", "--run", run.toString(), "--input", input.toString(), "--threads", "1");
    assertEquals(0, answer.status(), answer.err());
    assertEquals(3, answer.out().lines().count(), answer.out());
    assertTrue(
        answer.err().contains("1 of 3 rows have no text, the first in line 3"), answer.err());
    for (String text : List.of("", "  ")) {
      assertEquals(0, here("predict", "--run", run.toString(), "--text", text).status());
      assertEquals(0, here("predict", "--model", "bundled", "--text", text).status());
    }
  }

  @Test
  void anEditedTaskIsNoticed() throws IOException {
    train("compacter++");
    Path yaml = folder.resolve("task.yaml");
    Files.writeString(yaml, Files.readString(yaml).replace("{text}", "review: {text}"));
    Answer evaluated = here("evaluate", "--run", run.toString(), "--threads", "1");
    assertEquals(0, evaluated.status(), evaluated.err());
    assertTrue(evaluated.err().contains("task.yaml was sha256 "), evaluated.err());
    Files.delete(run.resolve("result.json")); // as if it had been stopped before its end
    Answer resumed = train("compacter++", "--resume");
    assertEquals(1, resumed.status());
    assertTrue(
        resumed.err().contains("begun with other data: task.yaml was sha256 "), resumed.err());
  }

  @Test
  void textsThatAreCutAreCounted() {
    train("compacter++");
    String text = "fine ".repeat(600);
    for (List<String> model :
        List.of(List.of("--run", run.toString()), List.of("--model", "bundled"))) {
      List<String> command = new ArrayList<>(List.of("predict", "--text", "poor", "--text", text));
      command.addAll(model);
      Answer answer = here(command.toArray(String[]::new));
      assertEquals(0, answer.status(), answer.err());
      assertTrue(answer.err().contains("1 of 2 texts are longer than "), answer.err());
      assertTrue(answer.err().contains("the first is row 2"), answer.err());
    }
  }

  @Test
  void predictionsShowTheNamesOfOnesOwnLabels() {
    here(
        "train",
        "--task",
        folder.resolve("task.yaml").toString(),
        "--method",
        "full",
        "--steps",
        "30",
        "--batch-size",
        "16",
        "--threads",
        "1",
        "--out",
        run.toString());
    String[] predict = {"predict", "--run", run.toString(), "--text", "fine 3", "--threads", "1"};
    String shown = here(predict).out().strip();
    assertTrue(List.of("bad", "good").contains(shown), shown);
    List<String> json = new ArrayList<>(List.of(predict));
    json.add("--json");
    assertEquals(shown, here(json.toArray(String[]::new)).json().get(0).asText());
  }

  @Test
  void aTaskThatWasMovedIsAskedForAndAnAverageKeepsIt() throws IOException {
    train("bitfit");
    Path other = folder.resolve("other");
    Path mean = folder.resolve("mean");
    here(
        "train",
        "--task",
        folder.resolve("task.yaml").toString(),
        "--method",
        "bitfit",
        "--steps",
        "1",
        "--batch-size",
        "8",
        "--threads",
        "1",
        "--out",
        other.toString());
    String[] average = {
      "adapters", "average", run.toString(), other.toString(), "--out", mean.toString()
    };
    assertEquals(0, here(average).status());
    String[] predict = {"predict", "--run", mean.toString(), "--text", "fine", "--threads", "1"};
    assertEquals(0, here(predict).status(), () -> here(predict).err());
    Path there = Files.createDirectory(folder.resolve("there"));
    Files.move(folder.resolve("rows.csv"), there.resolve("rows.csv"));
    Path moved = Files.move(folder.resolve("task.yaml"), there.resolve("task.yaml"));
    String hint = "task.yaml, which is not there; --task-file names the YAML file that defines it";
    for (Path adapter : List.of(run, mean)) {
      String line = here("evaluate", "--run", adapter.toString()).errorLine(1);
      assertTrue(line.contains(hint), line);
      UserException inJava =
          assertThrows(UserException.class, () -> Predictor.of(new RunFolder(adapter)));
      assertTrue(inJava.getMessage().contains("in Java a Task as the last argument"));
      try (Predictor predictor =
          Predictor.of(new RunFolder(adapter), Tasks.named(moved.toString()))) {
        assertEquals(1, predictor.predict("fine").rowCount());
      }
    }
    String again = folder.resolve("again").toString();
    String line = here("rerun", run.toString(), "--out", again).errorLine(1);
    assertTrue(line.contains(hint), line);
    Answer repeated =
        here("rerun", run.toString(), "--out", again, "--task-file", moved.toString());
    assertEquals(0, repeated.status(), repeated.err() + repeated.out());
  }

  @Test
  void trainingOnFromAnAdapterTakesTheFileOfATaskThatIsNoName() {
    train("bitfit");
    String next = folder.resolve("next").toString();
    String[] command = {
      "train",
      "--from",
      run.toString(),
      "--task",
      "shop",
      "--steps",
      "1",
      "--threads",
      "1",
      "--out",
      next
    };
    String line = here(command).errorLine(2);
    String hint = "one of your own is named by the YAML file that defines it";
    assertTrue(line.contains("unknown task 'shop'") && line.contains(hint), line);
    command[4] = folder.resolve("task.yaml").toString();
    Answer trained = here(command);
    assertEquals(0, trained.status(), trained.err());
  }

  @Test
  void adaptersOfSeveralTasksAreCombinedAndTrainedOn() {
    Path other = folder.resolve("other");
    String method = "pfeiffer[norms=none,bottleneck=3]";
    assertEquals(0, train(method).status());
    assertEquals(0, train(method, "--out", other.toString(), "--seed", "7").status());
    Path both = folder.resolve("both");
    String task = folder.resolve("task.yaml").toString();
    String[] combine = {
      "adapters",
      "combine",
      run.toString(),
      other.toString(),
      "--task",
      task,
      "--dropout",
      "0.1",
      "--out",
      both.toString()
    };
    Answer combined = here(combine);
    assertEquals(0, combined.status(), combined.err());
    assertTrue(
        combined.out().contains("scalearn[adapters=2,of=pfeiffer,dropout=0.1,bottleneck=3]"));
    String next = folder.resolve("next").toString();
    Answer trained =
        here(
            "train",
            "--from",
            both.toString(),
            "--task",
            task,
            "--steps",
            "1",
            "--threads",
            "1",
            "--out",
            next);
    assertEquals(0, trained.status(), trained.err());
    for (String adapter : List.of(both.toString(), next)) { // neither needs to be told its task
      Answer told = here("predict", "--run", adapter, "--text", "fine", "--threads", "1");
      assertEquals(0, told.status(), told.err());
    }
    assertTrue(here(combine).errorLine(1).contains("holds an adapter already"));
  }

  @Test
  void linesOfJsonAreRefusedInAUsersWords() throws IOException {
    assertTrue(
        json("[\n{\"text\": \"a\"}\n]").contains("line 1: found a JSON array; expected one"));
    assertTrue(json("{\"text\": \"a\", \"label\": NaN}").contains("'label': expected a label"));
    assertTrue(json("{\"text\": NaN, \"label\": \"bad\"}").contains("'text': expected a text"));
    String cut = json("{\"text\": \"a\", \"label\": ");
    assertTrue(cut.contains("the text ends too early"), cut);
    String broken = json("{\"text\": a, \"label\": \"bad\"}");
    assertTrue(broken.contains("'a'") && !broken.contains("StreamReadFeature"), broken);
    String few = json("{\"text\": \"a\", \"label\": \"bad\"}");
    assertTrue(few.contains("at least 10 rows, which the split tenths needs; found 1"), few);
    String bound =
        json("{\"text\": {\"a\": \"%s\"}, \"label\": \"bad\"}".formatted("b".repeat(9999)));
    assertTrue(bound.length() < 400, bound);
  }

  @Test
  void aKeyThatNobodyNeedsMayHoldNoNumber() throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      rows.append("{\"text\": \"a\", \"label\": \"bad\", \"score\": NaN}\n");
    }
    useJson(rows.toString());
    assertEquals(0, train("bitfit").status());
  }

  private String json(String rows) throws IOException {
    useJson(rows);
    return train("bitfit").errorLine(1);
  }

  private void useJson(String rows) throws IOException {
    Files.writeString(folder.resolve("rows.jsonl"), rows);
    Path task = folder.resolve("task.yaml");
    Files.writeString(task, Files.readString(task).replace("rows.csv", "rows.jsonl"));
  }
}
