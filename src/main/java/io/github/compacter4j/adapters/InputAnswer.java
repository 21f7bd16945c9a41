package io.github.compacter4j.adapters;

import io.github.compacter4j.learner.Prediction;
import io.github.compacter4j.tables.BrokenRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of a row of a user's file; exactly one of prediction and error is there.
 *
 * @param line where the row begins, from 1
 * @param error why it cannot be predicted
 */
public record InputAnswer(long line, Optional<Prediction> prediction, Optional<String> error) {
  /** Answers in the order of the lines. */
  static List<InputAnswer> inOrder(
      List<Prediction> predictions, List<Long> lines, List<BrokenRow> broken) {
    List<InputAnswer> answers = new ArrayList<>();
    for (int row = 0; row < lines.size(); row++) {
      answers.add(
          new InputAnswer(lines.get(row), Optional.of(predictions.get(row)), Optional.empty()));
    }
    for (BrokenRow row : broken) {
      answers.add(new InputAnswer(row.line(), Optional.empty(), Optional.of(row.error())));
    }
    answers.sort(Comparator.comparingLong(InputAnswer::line));
    return answers;
  }
}
