package io.github.compacter4j.tasks;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.compacter4j.UserException;
import io.github.compacter4j.tasks.find.Edition;
import io.github.compacter4j.tasks.find.SplitRule;
import io.github.compacter4j.tasks.find.TaskFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Damaged files: each is read, or refused by a message that names it. */
class MutationTest {
  private static final int TIMES = Boolean.getBoolean("test.long") ? 100_000 : 400;

  private static final String RECORD =
      "{\"passage\": {\"text\": \"Bo met \\ud83d\\ude00.\\n@highlight\\nEnd\", \"entities\":"
          + " [{\"start\": 0, \"end\": 1}, {\"start\": 7, \"end\": 7}]}, \"qas\": [{\"query\":"
          + " \"@placeholder ?\", \"idx\": 0, \"answers\": [{\"start\": 0, \"end\": 1, \"text\":"
          + " \"Bo\"}]}], \"idx\": 0}\n";

  private static final String QUESTIONS =
      "{\"idx\": 0, \"passage\": {\"text\": \"<b>Sent 1: </b>A b.<br>\", \"questions\":"
          + " [{\"question\": \"What?\", \"idx\": 7, \"answers\": [{\"text\": \"A\", \"idx\": 0,"
          + " \"label\": 1}, {\"text\": \"B\", \"idx\": 1, \"label\": 0}]}]}}\n";

  private static final String SPANS =
      "{\"text\": \"Ann told Eve that she won .\", \"target\": {\"span1_text\": \"ann\","
          + " \"span1_index\": 0, \"span2_text\": \"she\", \"span2_index\": 4}, \"label\": true}\n";

  private static final String YAML =
      """
      name: mine
      template: "subject: {subject} text: {text|none} {{}}"
      files:
        train: train.csv
        validation: train.csv
        test: train.csv
      label: kind
      labels: [keep, drop]
      metrics: [accuracy, f1]
      source: written for this test
      """;

  /** A file that is damaged, and the task that reads it. */
  enum Damaged {
    TSV(
        "train.tsv",
        "sentence1\tsentence2\tlabel\na\tb\tentailment\nc d\te\tnot_entailment\n",
        "rte"),
    WITHOUT_HEADER("train.tsv", "gj04\t1\t\tIt is.\r\ngj04\t0\t*\t\u00e9 \uD83D\uDE00\r\n", "cola"),
    FLAT(
        "train.jsonl",
        "{\"premise\": \"a\", \"hypothesis\": \"\\u00e9\", \"label\": \"neutral\"}\n".repeat(2),
        "cb"),
    NESTED("train.jsonl", QUESTIONS.repeat(2), "multirc"),
    MARKED("train.jsonl", SPANS.repeat(2), "wsc"),
    RECORDS("train.jsonl", RECORD.repeat(2), "record"),
    CSV("train.csv", "subject,text,kind\n\"a, \"\"b\"\"\",\"c\nd\",keep\n\u00e9,f,drop\n", null),
    DEFINITION("mine.yaml", YAML, null);

    private final String name;
    private final String text;
    private final String task;

    Damaged(String name, String text, String task) {
      this.name = name;
      this.text = text;
      this.task = task;
    }
  }

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Damaged.class)
  @Timeout(value = 3600)
  void damagedFilesAreReadOrRefused(Damaged damaged) throws IOException {
    for (Damaged other : Damaged.values()) {
      if (other == damaged || Objects.equals(other.task, damaged.task)) {
        Written.write(folder.resolve(other.name), other.text);
        String ending = other.name.substring(other.name.indexOf('.'));
        Written.write(folder.resolve("dev" + ending), other.text);
        Written.write(folder.resolve("val" + ending), other.text);
        Written.write(folder.resolve("dev32" + ending), other.text);
      }
    }
    Random random = new Random(damaged.ordinal());
    byte[] whole = damaged.text.getBytes(StandardCharsets.UTF_8);
    int read = 0;
    for (int i = 0; i < TIMES; i++) {
      byte[] bytes = whole;
      for (int hits = 1 + random.nextInt(3); hits > 0; hits--) {
        bytes = damage(bytes, random);
      }
      Files.write(folder.resolve(damaged.name), bytes);
      read += reads(damaged, bytes) ? 1 : 0;
    }
    assertTrue(read > 0 && read < TIMES, read + " of " + TIMES + " were read");
  }

  private boolean reads(Damaged damaged, byte[] bytes) {
    try {
      load(damaged);
      return true;
    } catch (UserException e) {
      boolean named = e.getMessage().contains(damaged.name) || damaged == Damaged.DEFINITION;
      assertTrue(named && e.getMessage().contains(folder.toString()), e.getMessage());
      return false;
    } catch (Throwable e) {
      return fail(damaged + ": " + e + " of: " + new String(bytes, StandardCharsets.UTF_8), e);
    }
  }

  private void load(Damaged damaged) {
    TaskData data =
        damaged.task == null
            ? Tasks.named(folder.resolve("mine.yaml").toString()).load()
            : partial(Tasks.named(damaged.task)).load(folder);
    data.splits().forEach(split -> data.examples(split, true));
  }

  /** The form that needs fewest rows: ReCoRD's sample. */
  private static Task partial(Task task) {
    if (!task.name().equals("record")) {
      return task;
    }
    TaskFile train = TaskFile.of("train.jsonl", 1);
    Edition few =
        Edition.official(
            List.of(), SplitRule.HALF, Edition.trainAndDev(train, TaskFile.of("dev32.jsonl", 1)));
    return Task.builder("record", task.template().toString())
        .layout(task.layout())
        .label(task.label())
        .target(task.target())
        .metrics(task.metrics().get(0))
        .edition(few)
        .build();
  }

  private static byte[] damage(byte[] bytes, Random random) {
    if (bytes.length == 0) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    int to = Math.min(bytes.length, at + 1 + random.nextInt(8));
    ByteArrayOutputStream damaged = new ByteArrayOutputStream();
    damaged.write(bytes, 0, at);
    switch (random.nextInt(6)) {
      case 0 -> { // a bit flips
        damaged.write(bytes[at] ^ 1 << random.nextInt(8));
        damaged.write(bytes, at + 1, bytes.length - at - 1);
      }
      case 1 -> {} // the end is lost
      case 2 -> { // bytes are inserted
        byte[] more = new byte[1 + random.nextInt(4)];
        random.nextBytes(more);
        damaged.writeBytes(more);
        damaged.write(bytes, at, bytes.length - at);
      }
      case 3 -> damaged.write(bytes, to, bytes.length - to); // bytes are lost
      case 4 -> { // something is there twice
        damaged.write(bytes, at, to - at);
        damaged.write(bytes, at, bytes.length - at);
      }
      default -> { // a line is there twice
        int end = at;
        while (end < bytes.length - 1 && bytes[end] != '\n') {
          end++;
        }
        damaged.write(bytes, at, end + 1 - at);
        int start = lineStart(bytes, at);
        damaged.write(bytes, start, bytes.length - start);
      }
    }
    return damaged.toByteArray();
  }

  private static int lineStart(byte[] bytes, int at) {
    int start = at;
    while (start > 0 && bytes[start - 1] != '\n') {
      start--;
    }
    return start;
  }
}
