package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.compacter4j.Home;
import io.github.compacter4j.learner.TextRows;
import io.github.compacter4j.learner.Tokenized;
import io.github.compacter4j.tasks.SuperGlue;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.TaskData;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.text.T5Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Predictions are scored against all that an example refers to, on the path of evaluation. */
class ScoringTest {
  @TempDir Path folder;

  /** Two questions of two answers and of one: all are right but one answer to the first. */
  @Test
  void multircGroupsByQuestion() throws IOException {
    String paragraph =
        """
        {"idx": 0, "passage": {"text": "<b>Sent 1: </b>Ann baked.<br>", "questions": [\
        {"question": "Who?", "idx": 4, "answers": [{"text": "Ann", "idx": 0, "label": 1}, \
        {"text": "Bo", "idx": 1, "label": 0}]}, {"question": "What?", "idx": 5, "answers": [\
        {"text": "Bread", "idx": 2, "label": 1}]}]}}
        """;
    Files.writeString(folder.resolve("train.jsonl"), paragraph);
    Files.writeString(folder.resolve("val.jsonl"), paragraph);
    Map<String, Double> scores = scores(SuperGlue.multirc(), List.of("1", "1", "1"));
    assertEquals(Map.of("f1", 80.0, "em", 50.0), scores);
  }

  /** Two queries with two answers each: the second of them does for both of its query's rows. */
  @Test
  void recordTakesAnyOfTheAnswers() throws IOException {
    String query =
        """
        {"query": "@placeholder won", "idx": 0, "answers": [{"start": 0, "end": 3, "text": "Oslo"}, \
        {"start": 9, "end": 14, "text": "Bergen"}]}""";
    String record =
        "{\"passage\": {\"text\": \"Oslo and Bergen\", \"entities\": [{\"start\": 0, \"end\": 3}]},"
            + " \"qas\": ["
            + query
            + ", "
            + query.replace("0,", "1,")
            + "]}\n";
    Path place = Files.createDirectories(folder.resolve("superglue_partial/ReCoRD"));
    Files.writeString(place.resolve("train.jsonl"), record);
    Files.writeString(place.resolve("dev32.jsonl"), record);
    List<String> written = List.of("the Bergen.", "Bergen", "Oslo", "Rome");
    assertEquals(Map.of("f1", 75.0, "em", 75.0), scores(SuperGlue.record(), written));
  }

  private Map<String, Double> scores(Task task, List<String> written) {
    TaskData data = task.load(folder);
    try (T5Tokenizer tokenizer =
        T5Tokenizer.load(Home.folder().orElseThrow().resolve("data/t5-tiny-en"))) {
      Tokenized rows = new TextRows(data.examples(Split.TRAIN, true), tokenizer, 64);
      return rows.score(task.metrics(), written);
    }
  }
}
