package io.github.compacter4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.GoldenArrays;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.UserException;
import io.github.compacter4j.bert.BertNetwork;
import io.github.compacter4j.bert.Pooling;
import io.github.compacter4j.files.AtomicFiles;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders of encoders in Hugging Face's layout, good ones and bad ones. */
@ExtendWith(OneThread.class)
class BertCheckpointTest {
  private static final String QUERY = "encoder.layer.1.attention.self.query.weight";
  private static final String NORM = "encoder.layer.0.output.LayerNorm.";

  @TempDir Path folder;
  private final NDManager manager = Torch.newManager();
  private final SortedMap<String, NDArray> tensors = new TreeMap<>(); // as a classifier's folder

  @BeforeEach
  void make() throws IOException {
    make("bert_tiny.json");
  }

  private void make(String file) throws IOException {
    JsonNode golden = Goldens.file(file);
    Files.writeString(folder.resolve("config.json"), golden.required("config").toString());
    tensors.clear();
    golden
        .required("state_dict")
        .properties()
        .forEach(
            e ->
                tensors.put(
                    e.getKey(), GoldenArrays.array(manager, e.getValue(), DataType.FLOAT32)));
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private void write() {
    AtomicFiles.write(
        folder.resolve("model.safetensors"), out -> SafetensorsWriter.write(tensors, out));
  }

  private void rename(String from, String to) {
    for (String name : List.copyOf(tensors.keySet())) {
      tensors.put(name.replaceFirst(from, to), tensors.remove(name));
    }
  }

  private void assertLoads(SortedMap<String, NDArray> expected) {
    write();
    try (BertCheckpoint checkpoint = BertCheckpoint.open(folder);
        BertNetwork network = checkpoint.load(Pooling.MEAN, 2, 1)) {
      network
          .weights()
          .parameters()
          .forEach(
              (name, parameter) ->
                  assertArrayEquals(
                      expected.get(name).toFloatArray(),
                      parameter.getArray().toFloatArray(),
                      name));
      assertEquals(checkpoint.config().shapes().keySet(), network.weights().parameters().keySet());
    }
  }

  private SortedMap<String, NDArray> withoutPrefix() {
    SortedMap<String, NDArray> bare = new TreeMap<>();
    tensors.forEach((name, tensor) -> bare.put(name.replaceFirst("^(ro)?bert[.a]+", ""), tensor));
    return bare;
  }

  private String refusal() {
    write();
    UserException error =
        assertThrows(UserException.class, () -> BertCheckpoint.open(folder).close());
    assertTrue(error.getMessage().contains(folder.toString()), error.getMessage());
    assertEquals(1, error.getMessage().lines().count(), error.getMessage());
    return error.getMessage();
  }

  @Test
  void namesWithAndWithoutPrefixAndOldOnes() {
    SortedMap<String, NDArray> expected = withoutPrefix();
    assertLoads(expected);
    rename("^bert\\.", "");
    assertLoads(expected);
    rename("LayerNorm\\.weight$", "LayerNorm.gamma");
    rename("LayerNorm\\.bias$", "LayerNorm.beta");
    assertLoads(expected);
  }

  @Test
  void roberta() throws IOException {
    make("roberta_tiny.json");
    assertLoads(withoutPrefix());
  }

  @Test
  void whatNoEncoderReadsIsLeftAlone() {
    SortedMap<String, NDArray> expected = withoutPrefix();
    NDArray some = manager.ones(new Shape(3));
    for (String name :
        new String[] {
          "cls.predictions.bias",
          "lm_head.dense.weight",
          "bert.embeddings.position_ids",
          "bert.embeddings.token_type_ids"
        }) {
      tensors.put(name, some);
    }
    assertLoads(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"qa_outputs.weight", "bert.encoder.layer.2.output.dense.bias", "vocab.weight"})
  void aTensorTooManyIsNamed(String name) {
    tensors.put(name, manager.ones(new Shape(24)));
    assertTrue(refusal().contains("unexpected tensor " + name), refusal());
  }

  @Test
  void aTensorThatIsThereTwiceIsNamed() {
    tensors.put(QUERY, tensors.get("bert." + QUERY));
    assertTrue(refusal().contains(QUERY) && refusal().contains("are the same"), refusal());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"embeddings.position_embeddings.weight", QUERY, NORM + "weight", NORM + "bias"})
  void aTensorThatIsMissingOrOfAnotherShapeIsNamed(String name) {
    NDArray tensor = tensors.remove("bert." + name);
    assertTrue(refusal().contains("tensor " + name + " is missing"), refusal());
    tensors.put("bert." + name, tensor.flatten().get("1:"));
    assertTrue(refusal().contains("tensor bert." + name + " has shape"), refusal());
  }

  private SortedMap<String, float[]> head(Pooling pooling, int outputs) {
    SortedMap<String, float[]> values = new TreeMap<>();
    write();
    try (BertCheckpoint checkpoint = BertCheckpoint.open(folder);
        BertNetwork network = checkpoint.load(pooling, outputs, 1)) {
      network
          .headTensors()
          .forEach((name, parameter) -> values.put(name, parameter.getArray().toFloatArray()));
    }
    return values;
  }

  private List<String> leftOut(Pooling pooling, int outputs) {
    write();
    try (BertCheckpoint checkpoint = BertCheckpoint.open(folder)) {
      return checkpoint.leftOut(pooling, outputs);
    }
  }

  @Test
  void aClassifierOfAsManyClassesStartsTheHead() {
    head(Pooling.CLS, 3)
        .forEach(
            (name, value) ->
                assertArrayEquals(
                    tensors.get(name.startsWith("pooler") ? "bert." + name : name).toFloatArray(),
                    value,
                    name));
    assertEquals(List.of(), leftOut(Pooling.CLS, 3));
  }

  @Test
  void anotherClassifierIsLeftOutAndThePoolerStays() {
    SortedMap<String, float[]> two = head(Pooling.CLS, 2);
    assertArrayEquals(
        tensors.get("bert.pooler.dense.weight").toFloatArray(), two.get("pooler.dense.weight"));
    assertArrayEquals(new float[2], two.get("classifier.bias"));
    List<String> classifier = List.of("classifier.bias", "classifier.weight");
    assertEquals(classifier, leftOut(Pooling.CLS, 2));
    assertEquals(classifier, leftOut(Pooling.MEAN, 3));
    rename("^classifier\\..*", "cls.predictions.bias");
    assertEquals(List.of(), leftOut(Pooling.MEAN, 3));
  }

  @Test
  void ofRobertaTheWholeClassifierStartsTheHeadOrNothing() throws IOException {
    make("roberta_tiny.json");
    head(Pooling.CLS, 3)
        .forEach((name, value) -> assertArrayEquals(tensors.get(name).toFloatArray(), value, name));
    float[] dense = head(Pooling.CLS, 2).get("classifier.dense.weight");
    float[] stored = tensors.get("classifier.dense.weight").toFloatArray();
    assertFalse(Arrays.equals(stored, dense));
    assertEquals(4, leftOut(Pooling.CLS, 2).size());
  }

  @Test
  void theFoldersPooling() throws IOException {
    assertEquals(Pooling.CLS, BertCheckpoint.usualPooling(folder));
    Path file = Files.createDirectory(folder.resolve("1_Pooling")).resolve("config.json");
    Files.writeString(file, "{\"pooling_mode_mean_tokens\": true}");
    assertEquals(Pooling.MEAN, BertCheckpoint.usualPooling(folder));
    Files.writeString(file, "{\"pooling_mode_cls_token\": true}");
    assertEquals(Pooling.CLS, BertCheckpoint.usualPooling(folder));
  }

  @Test
  void pickledWeightsAndForeignModelsAreRefused() throws IOException {
    Files.write(folder.resolve("pytorch_model.bin"), new byte[] {80, 75, 3, 4});
    UserException pickled =
        assertThrows(UserException.class, () -> BertCheckpoint.open(folder).close());
    assertTrue(pickled.getMessage().contains("pytorch_model.bin, pickled"), pickled.getMessage());
    assertTrue(pickled.getMessage().contains("AutoModel"), pickled.getMessage());
    Path config = folder.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("\"bert\"", "\"gpt2\""));
    UserException foreign =
        assertThrows(UserException.class, () -> BertCheckpoint.open(folder).close());
    assertTrue(foreign.getMessage().contains("model_type is 'gpt2'"), foreign.getMessage());
  }
}
