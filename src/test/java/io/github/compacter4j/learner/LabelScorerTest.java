package io.github.compacter4j.learner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import io.github.compacter4j.Home;
import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.t5.GenerationOptions;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.tasks.Glue;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.train.Evaluator;
import io.github.compacter4j.train.FineTuning;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Scoring the label set, against whole passes and against greedy search. */
@ExtendWith(OneThread.class)
class LabelScorerTest {
  @TempDir Path folder;

  private final T5 bundled = T5.load(T5.BUNDLED);
  private final NDManager manager = Torch.newManager();
  private T5Network network;

  @BeforeEach
  void load() {
    network = bundled.newNetwork();
  }

  @AfterEach
  void close() {
    manager.close();
    network.close();
    bundled.close();
  }

  private Tokenized reviews() {
    return new TextRows(
        Glue.sst2()
            .load(Home.folder().orElseThrow().resolve("data/everyday-sentiment"))
            .examples(Split.VALIDATION, true),
        bundled.tokenizer(),
        128);
  }

  private double[][] scores(Tokenized rows, Task task) {
    int[] all = IntStream.range(0, rows.size()).toArray();
    LabelScorer scorer = LabelScorer.of(network, bundled.tokenizer(), task);
    return scorer.scores(rows.batch(manager, network.dataType(), all));
  }

  /** The mean loss of a row's own label over its ids is minus its score over their number. */
  @Test
  void aScoreIsTheLabelsLogProbability() {
    Tokenized rows = reviews();
    double[][] scores = scores(rows, Glue.sst2());
    for (int row = 0; row < 5; row++) {
      Batch batch = rows.batch(manager, network.dataType(), new int[] {row});
      double loss =
          network
              .loss(ForwardPass.evaluation(), batch.ids(), batch.mask(), batch.labels())
              .getFloat();
      int label = Integer.parseInt(rows.targetTexts().get(row));
      assertEquals(-loss * batch.labels().size(), scores[row][label], 1e-3, "row " + row);
    }
  }

  /** Greedy search and the label set agree on every row whose greedy label is above one half. */
  @Test
  void agreesWithGreedySearchAboveOneHalf() {
    learnToWriteLabels();
    List<String> labels = Glue.sst2().target().texts();
    Tokenized rows = reviews();
    List<String> written =
        new Evaluator(
                TextToText.writing(network, bundled.tokenizer(), GenerationOptions::greedy), 40)
            .predict(rows, 20);
    List<String> chosen = byLabels().predict(rows, 20);
    double[][] scores = scores(rows, Glue.sst2());
    int sure = 0;
    for (int row = 0; row < rows.size(); row++) {
      double best = Arrays.stream(scores[row]).max().orElseThrow();
      assertEquals(best, scores[row][labels.indexOf(chosen.get(row))], 1e-4, "row " + row);
      int greedy = labels.indexOf(written.get(row));
      if (greedy >= 0 && scores[row][greedy] > Math.log(0.5)) {
        assertEquals(written.get(row), chosen.get(row), "row " + row);
        sure++;
      }
    }
    assertTrue(sure > rows.size() / 4, "rows above one half: " + sure);
  }

  private Evaluator byLabels() {
    Protocol protocol = Protocol.small(MethodSpec.of("full")).with("decode", "labels");
    return new Evaluator(
        bundled.learner(network, Glue.sst2(), protocol), protocol.evaluationBatchSize());
  }

  private void learnToWriteLabels() {
    Run run =
        FineTuning.of(bundled, "full", Glue.sst2())
            .data(Home.folder().orElseThrow().resolve("data/everyday-sentiment"))
            .out(folder.resolve("run"), FineTuning.Existing.REFUSE)
            .batchSize(8)
            .maxSteps(30)
            .run();
    Adaptation full = Methods.parse("full").applyTo(network, "sst2", 1);
    AdapterFile.read(run.folder().adapter(), full.trainable());
  }
}
