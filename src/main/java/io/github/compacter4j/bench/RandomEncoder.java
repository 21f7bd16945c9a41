package io.github.compacter4j.bench;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.bert.BertConfig;
import io.github.compacter4j.bert.BertHead;
import io.github.compacter4j.bert.BertNetwork;
import io.github.compacter4j.bert.BertWeights;
import io.github.compacter4j.bert.Pooling;
import io.github.compacter4j.learner.Batch;
import io.github.compacter4j.learner.Classifier;
import io.github.compacter4j.learner.Learner;
import io.github.compacter4j.torch.Torch;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/** An encoder that learns to tell two random classes apart, with a head on means. */
record RandomEncoder(BertConfig sizes) implements RandomModel {
  private static final int CLASSES = 2;

  @Override
  public Map<String, Object> config() {
    return Map.ofEntries(
        Map.entry("model_type", sizes.kind().name().toLowerCase(Locale.ROOT)),
        Map.entry("vocab_size", sizes.vocabSize()),
        Map.entry("hidden_size", sizes.hiddenSize()),
        Map.entry("num_hidden_layers", sizes.numLayers()),
        Map.entry("num_attention_heads", sizes.numHeads()),
        Map.entry("intermediate_size", sizes.intermediateSize()),
        Map.entry("max_position_embeddings", sizes.maxPositions()),
        Map.entry("type_vocab_size", sizes.typeVocabSize()),
        Map.entry("layer_norm_eps", sizes.layerNormEpsilon()),
        Map.entry("pad_token_id", sizes.padTokenId()),
        Map.entry("hidden_dropout_prob", sizes.dropout().hidden()),
        Map.entry("attention_probs_dropout_prob", sizes.dropout().attention()));
  }

  @Override
  public long headParameters() {
    return BertHead.shapes(sizes, Pooling.MEAN, CLASSES).values().stream()
        .mapToLong(Shape::size)
        .sum();
  }

  @Override
  public Learner newLearner() {
    BertHead head = new BertHead(sizes, Pooling.MEAN, CLASSES, DataType.FLOAT32, 1);
    return Classifier.ofNumbers(
        new BertNetwork(sizes, BertWeights.random(sizes, Torch.newManager(), 1), head));
  }

  @Override
  public Batch batch(NDManager manager, int rows, int length, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<int[]> texts = RandomModel.words(random, rows, length, sizes.vocabSize());
    return Batch.ofClasses(
        manager, DataType.FLOAT32, texts, random.longs(rows, 0, CLASSES).toArray());
  }
}
