package io.github.compacter4j.adapters;

import io.github.compacter4j.UserException;
import io.github.compacter4j.learner.Learner;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.learner.TextRows;
import io.github.compacter4j.learner.TextToText;
import io.github.compacter4j.learner.Tokenized;
import io.github.compacter4j.run.FrontEnd;
import io.github.compacter4j.t5.GenerationOptions;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.train.Evaluator;
import java.util.List;

/** A model without a method that writes answers to texts. */
public final class TextWriter implements AutoCloseable {
  private static final int MAX_SOURCE_LENGTH = 512;

  private final T5 model;
  private final T5Network network;
  private final Learner learner;
  private final int maxLength;

  /** Loads the model's network; {@code beams} 1 for greedy search. */
  public TextWriter(T5 model, int beams, int maxLength) {
    if (beams < 1 || maxLength < 2) {
      throw UserException.usage(
          "expected at least one beam and a length of at least 2, found "
              + beams
              + " and "
              + maxLength);
    }
    this.model = model;
    this.maxLength = maxLength;
    network = model.newNetwork();
    learner =
        TextToText.writing(
            network, model.tokenizer(), most -> new GenerationOptions(most, beams, 1, false, 1));
  }

  /** One answer a text. */
  public List<String> write(List<String> texts) {
    List<Example> examples = texts.stream().map(text -> new Example(text, "")).toList();
    Tokenized rows = new TextRows(examples, model.tokenizer(), MAX_SOURCE_LENGTH);
    rows.cut().ifPresent(FrontEnd.newListener()::onWarning);
    return new Evaluator(learner, texts.size()).predict(rows, maxLength);
  }

  @Override
  public void close() {
    network.close();
  }
}
