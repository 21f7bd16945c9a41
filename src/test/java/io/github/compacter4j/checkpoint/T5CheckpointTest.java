package io.github.compacter4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.AtomicFiles;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.t5.Generation;
import io.github.compacter4j.t5.GenerationOptions;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.t5.T5Weights;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders in Hugging Face's layout, good ones and bad ones; weights are random. */
@ExtendWith(OneThread.class)
class T5CheckpointTest {
  private static final String LAST_NORM = "decoder.final_layer_norm.weight";
  private static final String QUERY = "decoder.block.2.layer.1.EncDecAttention.q.weight";

  @TempDir Path folder;
  private final NDManager manager = Torch.newManager();
  private SortedMap<String, NDArray> tensors;

  @BeforeEach
  void make() throws IOException {
    make("relu", true);
  }

  /** Two encoder and three decoder blocks, 60 embedding rows. */
  private void make(String projection, boolean tied) throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        ("{\"model_type\":\"t5\",\"vocab_size\":60,\"d_model\":16,\"d_kv\":6,\"d_ff\":32,"
                + "\"num_layers\":2,\"num_decoder_layers\":3,\"num_heads\":4,"
                + "\"feed_forward_proj\":\"%s\",\"tie_word_embeddings\":%s}")
            .formatted(projection, tied));
    T5Config config = T5Config.read(folder.resolve("config.json"));
    tensors = new TreeMap<>();
    T5Weights.random(config, manager, 5)
        .parameters()
        .forEach((name, parameter) -> tensors.put(name, parameter.getArray()));
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private void write() {
    write("model.safetensors", tensors);
  }

  private void write(String name, SortedMap<String, NDArray> some) {
    AtomicFiles.write(folder.resolve(name), out -> SafetensorsWriter.write(some, out));
  }

  private String refusal() {
    UserException error =
        assertThrows(UserException.class, () -> T5Checkpoint.open(folder).close());
    assertTrue(error.getMessage().contains(folder.toString()), error.getMessage());
    assertEquals(1, error.getMessage().lines().count(), error.getMessage());
    return error.getMessage();
  }

  private void assertLoads(int rows) {
    try (T5Checkpoint checkpoint = T5Checkpoint.open(folder);
        T5Network network = checkpoint.load(rows)) {
      assertEquals(rows, network.config().vocabSize());
      network
          .weights()
          .parameters()
          .forEach(
              (name, parameter) -> {
                float[] all = tensors.get(name).toFloatArray();
                boolean cut = name.equals("shared.weight") || name.equals("lm_head.weight");
                float[] expected = cut ? Arrays.copyOf(all, rows * 16) : all;
                assertArrayEquals(expected, parameter.getArray().toFloatArray(), name);
              });
    }
  }

  @Test
  void oneFile() {
    write();
    assertLoads(60);
  }

  private void shard() throws IOException {
    SortedMap<String, NDArray> first = tensors.headMap("e");
    SortedMap<String, NDArray> second = tensors.tailMap("e");
    write("model-00001-of-00002.safetensors", first);
    write("model-00002-of-00002.safetensors", second);
    StringBuilder map = new StringBuilder();
    first.keySet().forEach(name -> entry(map, name, "model-00001-of-00002.safetensors"));
    second.keySet().forEach(name -> entry(map, name, "model-00002-of-00002.safetensors"));
    index(map);
  }

  private static void entry(StringBuilder map, String tensor, String file) {
    map.append(map.isEmpty() ? "" : ",").append("\"%s\":\"%s\"".formatted(tensor, file));
  }

  private void index(CharSequence map) throws IOException {
    Files.writeString(
        folder.resolve("model.safetensors.index.json"), "{\"weight_map\":{" + map + "}}");
  }

  @Test
  void severalFiles() throws IOException {
    shard();
    assertLoads(60);
    String sharded;
    try (T5Checkpoint checkpoint = T5Checkpoint.open(folder)) {
      sharded = checkpoint.fingerprint();
    }
    write();
    try (T5Checkpoint checkpoint = T5Checkpoint.open(folder)) {
      assertEquals(sharded, checkpoint.fingerprint(), "the fingerprint is of the tensors");
    }
    tensors.put(LAST_NORM, manager.zeros(new Shape(16)));
    write();
    try (T5Checkpoint checkpoint = T5Checkpoint.open(folder)) {
      assertFalse(sharded.equals(checkpoint.fingerprint()));
    }
  }

  @Test
  void anIndexMustBeRight() throws IOException {
    shard();
    Path index = folder.resolve("model.safetensors.index.json");
    String good = Files.readString(index);
    Files.writeString(index, good.replace(LAST_NORM, "decoder.other.weight"));
    assertTrue(refusal().contains("decoder.other.weight"), refusal());
    Files.writeString(index, good.replaceFirst("\"" + LAST_NORM + "\":\"[^\"]*\",", ""));
    assertTrue(refusal().contains(LAST_NORM), refusal());
    Files.writeString(index, good.replace("00002-of", "00003-of"));
    assertTrue(refusal().contains("model-00003-of-00002.safetensors: no such file"), refusal());
    Files.writeString(index, good.replace("model-00002", "../model-00002"));
    assertTrue(refusal().contains("../model-00002"), refusal());
    Files.writeString(index, "{}");
    assertTrue(refusal().contains("weight_map"), refusal());
    Files.writeString(index, good.substring(0, 100));
    assertTrue(refusal().contains("index"), refusal());
  }

  @ParameterizedTest
  @ValueSource(strings = {"shared.weight", QUERY, LAST_NORM})
  void aTensorThatIsMissing(String name) throws IOException {
    tensors.remove(name);
    write();
    assertTrue(refusal().contains("tensor " + name + " is missing"), refusal());
    Files.delete(folder.resolve("model.safetensors"));
    shard();
    assertTrue(refusal().contains("tensor " + name + " is missing"), refusal());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bias", "encoder.block.2.layer.0.layer_norm.weight", "lm_head.weight"})
  void aTensorTooMany(String name) {
    tensors.put(name, manager.ones(new Shape(60, 16)));
    write();
    assertTrue(refusal().contains("unexpected tensor " + name), refusal());
  }

  @ParameterizedTest
  @ValueSource(strings = {"shared.weight", QUERY, LAST_NORM})
  void aTensorOfAnotherShape(String name) {
    tensors.put(name, tensors.get(name).flatten().get("1:"));
    write();
    assertTrue(refusal().contains("tensor " + name + " has shape"), refusal());
    tensors.put(name, manager.ones(new Shape(7, 7)));
    write();
    assertTrue(refusal().contains("tensor " + name + " has shape (7, 7)"), refusal());
  }

  @Test
  void transposedMatricesAreRefusedThoughTheyHaveAsManyValues() {
    tensors.put(QUERY, tensors.get(QUERY).transpose());
    write();
    assertTrue(refusal().contains("has shape (16, 24), config.json asks for (24, 16)"), refusal());
  }

  @Test
  void theEmbeddingIsCutToTheTokenizersLength() throws IOException {
    write();
    assertLoads(47);
    make("gated-gelu", false);
    write();
    assertTrue(tensors.containsKey("lm_head.weight"));
    assertLoads(60);
    assertLoads(47);
    try (T5Checkpoint checkpoint = T5Checkpoint.open(folder)) {
      UserException error = assertThrows(UserException.class, () -> checkpoint.load(61));
      assertTrue(error.getMessage().contains("61") && error.getMessage().contains("60"));
    }
  }

  @Test
  void cutsNothingButTheEmbeddingWhereOtherSizesEqualTheRows() {
    write();
    for (int rows : new int[] {32, 24, 16}) {
      assertLoads(rows);
    }
  }

  @Test
  void otherNamesOfTheEmbedding() {
    NDArray shared = tensors.get("shared.weight");
    for (String name :
        new String[] {
          "encoder.embed_tokens.weight", "decoder.embed_tokens.weight", "lm_head.weight"
        }) {
      tensors.put(name, shared);
    }
    write();
    assertLoads(60);
    tensors.put(
        "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight",
        manager.ones(new Shape(32, 4)));
    write();
    assertLoads(60);
    tensors.put("decoder.embed_tokens.weight", shared.add(1));
    write();
    assertTrue(refusal().contains("decoder.embed_tokens.weight"), refusal());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"encoder.embed_tokens.weight", "decoder.embed_tokens.weight", "lm_head.weight"})
  void anEmbeddingUnderAnotherNameAlone(String name) {
    NDArray shared = tensors.remove("shared.weight");
    tensors.put(name, shared);
    write();
    tensors.put("shared.weight", shared);
    assertLoads(60);
    assertLoads(50);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"pytorch_model.bin", "pytorch_model.bin.index.json", "model.pt", "model.ckpt"})
  void pickledWeightsAreRefused(String name) throws IOException {
    Path pickled = Files.write(folder.resolve(name), new byte[] {80, 75, 3, 4});
    assertTrue(refusal().contains(name + ", pickled"), refusal());
    if (!name.endsWith(".json")) {
      UserException error = assertThrows(UserException.class, () -> T5.load(pickled.toString()));
      assertTrue(error.getMessage().contains("weights_only=True"), error.getMessage());
    }
    assertTrue(refusal().contains("safe_serialization"), refusal());
    write();
    assertLoads(60);
  }

  @Test
  void foldersThatAreNoModel() throws IOException {
    assertTrue(refusal().contains("model.safetensors"), refusal());
    write();
    Path config = folder.resolve("config.json");
    String good = Files.readString(config);
    Files.writeString(config, good.replace("\"t5\"", "\"bert\""));
    assertTrue(refusal().contains("model_type is 'bert'"), refusal());
    Files.writeString(config, good.replace("\"d_ff\":32", "\"d_ff\":-1"));
    assertTrue(refusal().contains("d_ff"), refusal());
    Files.writeString(config, good.replace("\"num_heads\":4,", ""));
    assertTrue(refusal().contains("num_heads"), refusal());
    Files.writeString(config, good.replace("relu", "gated-silu"));
    assertTrue(refusal().contains("gated-silu"), refusal());
    Files.writeString(config, good.substring(1));
    assertTrue(refusal().contains("config.json"), refusal());
    Files.delete(config);
    assertTrue(refusal().contains("config.json is missing"), refusal());
  }

  @Test
  void stacksOfDifferentDepthRun() {
    write();
    try (T5Checkpoint checkpoint = T5Checkpoint.open(folder);
        T5Network network = checkpoint.load(60);
        NDManager batch = Torch.newManager();
        NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      assertEquals(2, network.config().numLayers());
      assertEquals(3, network.config().numDecoderLayers());
      NDArray ids = batch.create(new long[] {5, 9, 1, 7, 1, 0}, new Shape(2, 3));
      NDArray mask = batch.create(new float[] {1, 1, 1, 1, 1, 0}, new Shape(2, 3));
      long[][] written = new Generation(network, GenerationOptions.greedy(6)).generate(ids, mask);
      long[][] beams = new Generation(network, GenerationOptions.beam(3, 6)).generate(ids, mask);
      assertEquals(2, beams.length);
      // What the cached search chose is what the whole decoder would choose at each position.
      NDArray decoder = batch.create(flat(written), new Shape(2, written[0].length));
      ForwardPass pass = ForwardPass.evaluation();
      NDArray logits = network.decode(pass, decoder, network.encode(pass, ids, mask));
      assertEquals(new Shape(2, written[0].length, 60), logits.getShape());
      long[] best = logits.argMax(2).toLongArray();
      for (int row = 0; row < 2; row++) {
        for (int at = 1; at < written[0].length && written[row][at - 1] != 1; at++) {
          assertEquals(best[row * written[0].length + at - 1], written[row][at], row + ", " + at);
        }
      }
    }
  }

  private static long[] flat(long[][] rows) {
    return Arrays.stream(rows).flatMapToLong(Arrays::stream).toArray();
  }
}
