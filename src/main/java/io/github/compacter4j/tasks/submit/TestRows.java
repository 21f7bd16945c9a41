package io.github.compacter4j.tasks.submit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.tables.Field;
import io.github.compacter4j.tables.Rows;
import io.github.compacter4j.tables.WantedColumns;
import io.github.compacter4j.tasks.ClassLabels;
import io.github.compacter4j.tasks.JsonLayout;
import io.github.compacter4j.tasks.Score;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.find.Found;
import io.github.compacter4j.tasks.find.TaskFile;
import io.github.compacter4j.text.TextPair;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Official test rows, and predictions for them in the form that the benchmark's server takes.
 *
 * <p>GLUE's files have a header {@code index}, {@code prediction} and a label's name a row (0 and 1
 * where the task's own files have these), STS-B's a number from 0 to 5. SuperGLUE's have an object
 * {@code {"idx": ..., "label": ...}} a row, where labels are texts but COPA's and MultiRC's
 * numbers, WSC's are True and False, BoolQ's and WiC's true and false, ReCoRD's the answer; MultiRC
 * nests answers in questions in passages. These forms are those of the official baselines (jiant's
 * {@code evaluate.py}); they have not been tried on the servers.
 */
public final class TestRows {
  /** Its own file, and so the answer, has numbers as texts. */
  private static final String TEXT_NUMBERS = "AX-b.jsonl";

  private final String name;
  private final Task task;
  private final TaskFile file;
  private final Rows rows;

  /**
   * A file for the server.
   *
   * @param text its content
   * @param unreadable how many predictions were none of the task's labels; the first label, or the
   *     least score, stands in their place
   */
  public record Answered(String text, int unreadable) {}

  private TestRows(String name, Task task, TaskFile file, Rows rows) {
    this.name = name;
    this.task = task;
    this.file = file;
    this.rows = rows;
  }

  static TestRows read(String name, Task task, Found found, TaskFile file) {
    try {
      WantedColumns columns = task.columns(false).after(ids(task, file));
      return new TestRows(name, task, file, found.read(file, task.layout(), columns));
    } catch (UserException e) {
      throw found.located(e);
    }
  }

  /** The columns that number the rows; GLUE's own script counts those of MRPC's corpus from 0. */
  private static List<Field> ids(Task task, TaskFile file) {
    if (file.name().endsWith(".jsonl")) {
      return task.layout().ids().stream().map(id -> new Field(id, id)).toList();
    }
    return file.labelled() ? List.of() : List.of(new Field("index", "id")); // QQP's is called id
  }

  /** How many rows there are. */
  public int size() {
    return rows.size();
  }

  /** How many rows the server expects. */
  public int officialSize() {
    return file.rows();
  }

  /** What the model reads. */
  public List<String> sources(boolean withTaskName) {
    return IntStream.range(0, rows.size())
        .mapToObj(row -> task.source(column -> rows.cell(row, column), withTaskName))
        .toList();
  }

  /** What an encoder reads. */
  public List<TextPair> pairs() {
    return IntStream.range(0, rows.size())
        .mapToObj(row -> task.pair().fill(column -> rows.cell(row, column)))
        .toList();
  }

  /**
   * The server's file.
   *
   * @param predictions what a model wrote for each row
   */
  public Answered answer(List<String> predictions) {
    if (predictions.size() != rows.size()) {
      throw new IllegalArgumentException(
          name + ": " + rows.size() + " rows, " + predictions.size() + " predictions");
    }
    List<Optional<String>> read = predictions.stream().map(this::label).toList();
    List<String> labels = read.stream().map(label -> label.orElseGet(this::first)).toList();
    int unreadable = (int) read.stream().filter(Optional::isEmpty).count();
    String text =
        name.endsWith(".tsv")
            ? table(labels)
            : task.layout() == JsonLayout.QUESTIONS ? passages(labels) : objects(labels);
    return new Answered(text, unreadable);
  }

  /** The label that a prediction names, as it stands in the server's file. */
  private Optional<String> label(String prediction) {
    if (task.target() instanceof ClassLabels labels) {
      int number = labels.texts().indexOf(prediction);
      return number < 0 ? Optional.empty() : Optional.of(labels.names().get(number));
    }
    return task.target() instanceof Score score
        ? number(prediction, score)
        : Optional.of(prediction);
  }

  /** Where a prediction names none. */
  private String first() {
    return task.target() instanceof ClassLabels labels
        ? labels.names().get(0)
        : decimals(((Score) task.target()).least());
  }

  private static Optional<String> number(String prediction, Score score) {
    try {
      double value = new BigDecimal(prediction).doubleValue();
      return Optional.of(decimals(Math.max(score.least(), Math.min(score.largest(), value))));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static String decimals(double score) {
    return String.format(Locale.ROOT, "%.3f", score);
  }

  private String table(List<String> labels) {
    return IntStream.range(0, rows.size())
        .mapToObj(row -> (file.labelled() ? row : rows.cell(row, "index")) + "\t" + labels.get(row))
        .collect(Collectors.joining("\n", "index\tprediction\n", "\n"));
  }

  private String objects(List<String> labels) {
    return IntStream.range(0, rows.size())
        .mapToObj(row -> put(id(row, JsonLayout.IDX), labels.get(row)))
        .map(TestRows::line)
        .collect(Collectors.joining());
  }

  private String passages(List<String> labels) {
    List<ObjectNode> passages = new ArrayList<>();
    ArrayNode questions = null;
    ArrayNode answers = null;
    for (int row = 0; row < rows.size(); row++) {
      if (row == 0 || differs(row, JsonLayout.IDX)) {
        ObjectNode passage = id(row, JsonLayout.IDX);
        passages.add(passage);
        questions = passage.putObject("passage").putArray("questions");
      }
      if (questions.isEmpty() || differs(row, JsonLayout.QUESTION_IDX)) {
        ObjectNode question = id(row, JsonLayout.QUESTION_IDX);
        questions.add(question);
        answers = question.putArray("answers");
      }
      answers.add(put(id(row, JsonLayout.ANSWER_IDX), labels.get(row)));
    }
    return passages.stream().map(TestRows::line).collect(Collectors.joining());
  }

  private boolean differs(int row, String column) {
    return !rows.cell(row, column).equals(rows.cell(row - 1, column));
  }

  private ObjectNode id(int row, String column) {
    String number = rows.cell(row, column);
    ObjectNode object = Json.mapper().createObjectNode();
    return name.equals(TEXT_NUMBERS)
        ? object.put("idx", number)
        : object.put("idx", Integer.parseInt(number));
  }

  private ObjectNode put(ObjectNode object, String label) {
    if (task.target() instanceof ClassLabels labels && labels.names().contains("0")) {
      return object.put("label", Integer.parseInt(label));
    }
    boolean capital = task.layout() == JsonLayout.SPANS; // WSC
    String first = label.substring(0, capital ? 1 : 0).toUpperCase(Locale.ROOT);
    return object.put("label", first + label.substring(first.length()));
  }

  private static String line(ObjectNode object) {
    return Json.line(object) + "\n";
  }
}
