package io.github.compacter4j.bench;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.compacter4j.learner.Batch;
import io.github.compacter4j.learner.Learner;
import io.github.compacter4j.learner.TextToText;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.t5.T5Weights;
import io.github.compacter4j.torch.Torch;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A T5 that learns to write random words. */
record RandomT5(T5Config sizes) implements RandomModel {
  @Override
  public Map<String, Object> config() {
    return Map.ofEntries(
        Map.entry("vocab_size", sizes.vocabSize()),
        Map.entry("d_model", sizes.dModel()),
        Map.entry("d_kv", sizes.dKv()),
        Map.entry("d_ff", sizes.dFf()),
        Map.entry("num_layers", sizes.numLayers()),
        Map.entry("num_decoder_layers", sizes.numDecoderLayers()),
        Map.entry("num_heads", sizes.numHeads()),
        Map.entry("dropout_rate", sizes.dropoutRate()),
        Map.entry("feed_forward_proj", sizes.gatedGelu() ? "gated-gelu" : "relu"),
        Map.entry("tie_word_embeddings", sizes.tieWordEmbeddings()),
        Map.entry("decoder_start_token_id", sizes.decoderStartTokenId()));
  }

  @Override
  public long headParameters() {
    return 0;
  }

  @Override
  public Learner newLearner() {
    int end = sizes.eosTokenId();
    return TextToText.ofIds(
        new T5Network(sizes, T5Weights.random(sizes, Torch.newManager(), 1)),
        List.of(new int[] {FIRST_WORD, end}, new int[] {FIRST_WORD + 1, end}));
  }

  @Override
  public Batch batch(NDManager manager, int rows, int length, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<int[]> sources = RandomModel.words(random, rows, length, sizes.vocabSize());
    List<int[]> targets = RandomModel.words(random, rows, TARGET_LENGTH, sizes.vocabSize());
    return Batch.of(manager, DataType.FLOAT32, sources, targets);
  }
}
