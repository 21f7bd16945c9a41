package io.github.compacter4j.learner;

import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.tasks.TaskData;
import io.github.compacter4j.tasks.TaskInput;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.tasks.submit.TestRows;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** What a model reads of a task: its rows as texts, and these as ids. */
public interface TaskReader {

  /** The rows of a split. */
  List<Example> examples(TaskData data, Split split);

  /** A user's own rows, without answers. */
  TaskInput<Example> input(Path file);

  /** Official test rows, without answers. */
  List<Example> examples(TestRows rows);

  /** A row without an answer, by the names of its texts. */
  Example example(UnaryOperator<String> row);

  /** Texts that need no template, without answers. */
  List<Example> asTheyAre(List<String> texts);

  /** Rows as ids; of a text without tokens, those that stand around every text. */
  Tokenized rows(List<Example> examples);

  /** The rows of a split as ids. */
  default Tokenized rows(TaskData data, Split split) {
    return rows(examples(data, split));
  }
}
