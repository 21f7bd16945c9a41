package io.github.compacter4j.learner;

import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.TaskData;
import io.github.compacter4j.tasks.TaskInput;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.tasks.submit.TestRows;
import io.github.compacter4j.text.T5Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** A row as one text, as T5 reads it. */
record TextReader(Task task, T5Tokenizer tokenizer, int maxSourceLength, boolean withTaskName)
    implements TaskReader {

  @Override
  public List<Example> examples(TaskData data, Split split) {
    return data.examples(split, withTaskName);
  }

  @Override
  public TaskInput<Example> input(Path file) {
    return TaskInput.sources(task, file, withTaskName).map(TextReader::withoutTarget);
  }

  @Override
  public List<Example> examples(TestRows rows) {
    return withoutTargets(rows.sources(withTaskName));
  }

  @Override
  public Example example(UnaryOperator<String> row) {
    return withoutTarget(task.source(row, withTaskName));
  }

  @Override
  public List<Example> asTheyAre(List<String> texts) {
    return withoutTargets(texts);
  }

  private static List<Example> withoutTargets(List<String> sources) {
    return sources.stream().map(TextReader::withoutTarget).toList();
  }

  private static Example withoutTarget(String source) {
    return new Example(source, "");
  }

  @Override
  public Tokenized rows(List<Example> examples) {
    return new TextRows(examples, tokenizer, maxSourceLength);
  }
}
