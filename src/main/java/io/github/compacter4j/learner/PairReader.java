package io.github.compacter4j.learner;

import io.github.compacter4j.UserException;
import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.TaskData;
import io.github.compacter4j.tasks.TaskInput;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.tasks.submit.TestRows;
import io.github.compacter4j.text.PairTokenizer;
import io.github.compacter4j.text.TextPair;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A row as one text or two, as an encoder reads them.
 *
 * @param maxLength most ids of a row
 * @param padId the id that fills short rows of a batch
 */
record PairReader(Task task, PairTokenizer tokenizer, int maxLength, int padId)
    implements TaskReader {

  @Override
  public List<Example> examples(TaskData data, Split split) {
    return data.pairs(split);
  }

  @Override
  public TaskInput<Example> input(Path file) {
    return TaskInput.pairs(task, file).map(Example::new);
  }

  @Override
  public List<Example> examples(TestRows rows) {
    return rows.pairs().stream().map(Example::new).toList();
  }

  @Override
  public Example example(UnaryOperator<String> row) {
    return new Example(task.pair().fill(row));
  }

  @Override
  public List<Example> asTheyAre(List<String> texts) {
    if (task.pair().second().isPresent()) {
      throw UserException.usage(
          "task %s has two texts a row; give a file with %s as columns"
              .formatted(task.name(), String.join(", ", task.template().columns())));
    }
    return texts.stream().map(text -> new Example(TextPair.of(text))).toList();
  }

  @Override
  public Tokenized rows(List<Example> examples) {
    return new PairRows(examples, tokenizer, maxLength, Classifier.outputs(task) == 1, padId);
  }
}
