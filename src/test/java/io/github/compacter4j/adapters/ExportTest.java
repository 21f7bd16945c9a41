package io.github.compacter4j.adapters;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.compacter4j.Home;
import io.github.compacter4j.TorchPython;
import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.checkpoint.SafetensorsFile;
import io.github.compacter4j.checkpoint.SafetensorsWriter;
import io.github.compacter4j.files.AtomicFiles;
import io.github.compacter4j.learner.Batch;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.learner.TextRows;
import io.github.compacter4j.learner.TextToText;
import io.github.compacter4j.learner.Tokenized;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.t5.GenerationOptions;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import io.github.compacter4j.train.Evaluator;
import io.github.compacter4j.train.Shaken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exports of the bundled model, among them what Python's own libraries make of them. */
@ExtendWith(OneThread.class)
class ExportTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROWS = 20;

  /** Each form of adapter once, and each method that only changes tensors. */
  private static final Map<String, ExportFormat> CASES = new TreeMap<>();

  static {
    for (String spec :
        List.of(
            "adapter",
            "adapter[bottleneck=5,placement=all]",
            "pfeiffer",
            "adapterdrop[layers=2..3]",
            "lowrank",
            "lowrank[rank=3]",
            "phm",
            "phm[factoriseA=true]",
            "compacter",
            "compacter[learnA=false,norms=none]",
            "compacter[n=2,rank=2,shareB=true]",
            "compacter++",
            "compacter++[variant=adapterhub]",
            "compacter++[variant=adapterhub,norms=all,placement=all]")) {
      CASES.put(spec, ExportFormat.ADAPTERHUB);
    }
    for (String spec : List.of("full", "head", "norms", "said")) {
      CASES.put(spec, ExportFormat.T5);
    }
  }

  @TempDir static Path shared;
  @TempDir Path folder;
  private static T5 model;

  @BeforeAll
  static void load() {
    model = T5.load(T5.BUNDLED);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  /** An adapter with an effect, as a run would leave it. */
  private static Path adapter(Path folder, String spec) {
    Method method = Methods.parse(spec).resolve(model.config());
    RunFolder target = new RunFolder(folder);
    try (T5Network network = model.newNetwork();
        Adaptation adaptation = method.applyTo(network, "sst2", 3)) {
      Shaken.shake(adaptation, 5, method.name().equals("said") ? 0.003 : 0.03);
      AdapterFile.write(target.adapter(), adaptation.trainable());
    }
    new AdapterInfo(method.spec().toString(), model.identity(), "sst2", 3, Map.of())
        .write(target.adapterInfo());
    return folder;
  }

  private static List<String> sentences() throws IOException {
    Path file = Home.folder().orElseThrow().resolve("data/everyday-sentiment/test.tsv");
    return Files.readAllLines(file).stream()
        .skip(1)
        .limit(ROWS)
        .map(line -> line.split("\t")[0])
        .toList();
  }

  private static Tokenized rows() throws IOException {
    List<Example> examples = sentences().stream().map(text -> new Example(text, "")).toList();
    return new TextRows(examples, model.tokenizer(), 128);
  }

  /** Exports a case and writes beside it what this program computes. */
  private static void prepare(Path folder, String spec, ExportFormat format) throws IOException {
    Tokenized rows = rows();
    try (Adapters adapters = Adapters.on(model).add("it", adapter(folder.resolve("in"), spec))) {
      adapters.activate("it").export(format, folder.resolve("out"));
      writeExpected((T5Network) adapters.network(), rows, folder.resolve("expected.safetensors"));
      Map<String, Object> told = new TreeMap<>();
      told.put("format", format.name().toLowerCase(Locale.ROOT));
      told.put("texts", sentences());
      told.put("maxLength", 8);
      told.put(
          "written",
          new Evaluator(
                  TextToText.writing(
                      (T5Network) adapters.network(), model.tokenizer(), GenerationOptions::greedy),
                  ROWS)
              .predict(rows, 8));
      JSON.writeValue(folder.resolve("case.json").toFile(), told);
    }
  }

  /** Ids, mask and logits, the decoder reading the first five ids of each row. */
  private static void writeExpected(T5Network network, Tokenized rows, Path file) {
    try (NDManager manager = Torch.newManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Batch batch = rows.batch(manager, DataType.FLOAT32, IntStream.range(0, ROWS).toArray());
      SortedMap<String, NDArray> expected = new TreeMap<>();
      expected.put("logits", logits(network, batch));
      expected.put("input_ids", TorchFunctions.cast(batch.ids(), DataType.FLOAT32));
      expected.put("attention_mask", batch.mask());
      expected.put("decoder_input_ids", TorchFunctions.cast(decoderIds(batch), DataType.FLOAT32));
      AtomicFiles.write(file, out -> SafetensorsWriter.write(expected, out));
    }
  }

  private static NDArray decoderIds(Batch batch) {
    NDArray first = batch.ids().get(":, :5");
    return first.getManager().zeros(new Shape(ROWS, 1), DataType.INT64).concat(first, 1);
  }

  private static NDArray logits(T5Network network, Batch batch) {
    try (GradientMode off = GradientMode.off()) {
      ForwardPass pass = ForwardPass.evaluation();
      return network.decode(
          pass, decoderIds(batch), network.encode(pass, batch.ids(), batch.mask()));
    }
  }

  private static float[] logits(T5Network network) throws IOException {
    try (NDManager manager = Torch.newManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Batch batch = rows().batch(manager, DataType.FLOAT32, IntStream.range(0, ROWS).toArray());
      return logits(network, batch).toFloatArray();
    }
  }

  @Test
  void pythonComputesTheSameLogitsAndTexts() throws Exception {
    Path home = Home.folder().orElseThrow();
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                home.resolve("src/test/python/export_check.py"), home.resolve("data/t5-tiny-en")));
    int number = 0;
    List<String> specs = new ArrayList<>(CASES.keySet());
    for (String spec : specs) {
      Path one = Files.createDirectories(shared.resolve("case" + number++));
      prepare(one, spec, CASES.get(spec));
      arguments.add(one);
    }
    List<String> packages = List.of("torch", "transformers", "adapters", "safetensors");
    String answer = TorchPython.output(packages, shared, arguments.toArray());
    JsonNode told = JSON.readTree(answer.substring(answer.indexOf('{')));
    assertEquals(specs.size(), told.required("cases").size());
    for (int i = 0; i < specs.size(); i++) {
      JsonNode one = told.required("cases").get(i);
      String what = specs.get(i) + ": " + one + " with " + told.required("versions");
      assertEquals(ROWS, one.required("rows").asInt(), what);
      assertTrue(one.required("sameIds").asBoolean(), what);
      assertTrue(one.required("sameTexts").asBoolean(), what);
      assertTrue(one.required("difference").asDouble() <= 1e-4, what);
    }
  }

  private void export(ExportFormat format, Path out) {
    try (Adapters adapters = Adapters.on(model).add("it", folder.resolve("in"))) {
      adapters.activate("it").export(format, out);
    }
  }

  /** The folder is a model like any other, with the numbers of the model and the adapter. */
  @ParameterizedTest
  @ValueSource(strings = {"full", "head", "norms", "said"})
  void aT5FolderComputesWhatTheAdapterDid(String spec) throws IOException {
    adapter(folder.resolve("in"), spec);
    Path out = folder.resolve("out");
    float[] expected;
    try (Adapters adapters = Adapters.on(model).add("it", folder.resolve("in"))) {
      float[] base = logits((T5Network) adapters.network());
      Predictor predictor = adapters.activate("it");
      expected = logits((T5Network) adapters.network());
      assertTrue(difference(base, expected) > 0.1, "the adapter has an effect");
      predictor.export(ExportFormat.T5, out);
      assertArrayEquals(
          expected, logits((T5Network) adapters.network()), "exporting changes nothing");
    }
    try (T5 exported = T5.load(out.toString());
        T5Network network = exported.newNetwork()) {
      assertEquals(8100, exported.config().vocabSize());
      assertEquals(spec.equals("said"), !exported.config().tieWordEmbeddings());
      // SAID's original embedding is scaled before the output layer, not behind the decoder.
      assertEquals(0, difference(expected, logits(network)), spec.equals("said") ? 1e-4 : 0);
    }
  }

  private static double difference(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElse(0);
  }

  @Test
  void anAdapterHubFolderHasTheLibrarysNames() throws IOException {
    adapter(folder.resolve("in"), "compacter[layers=1..2]");
    export(ExportFormat.ADAPTERHUB, folder.resolve("out"));
    export(ExportFormat.ADAPTERHUB, folder.resolve("again"));
    for (String name :
        List.of("adapter.safetensors", "norms.safetensors", "adapter_config.json", "load.py")) {
      assertArrayEquals(
          Files.readAllBytes(folder.resolve("out").resolve(name)),
          Files.readAllBytes(folder.resolve("again").resolve(name)),
          name);
    }
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("out/adapter.safetensors"));
        SafetensorsFile norms = SafetensorsFile.open(folder.resolve("out/norms.safetensors"))) {
      assertEquals(1 + 2 * 2 * 2 * 6, file.names().size());
      assertTrue(file.names().contains("transformer.shared_parameters.sst2.phm_rule"));
      assertEquals(
          new Shape(4, 48, 1),
          file.shape("transformer.decoder.block.2.layer.2.adapters.sst2.adapter_down.0.W_left"));
      assertEquals(5 * 4 + 2, norms.names().size());
    }
    JsonNode json = JSON.readTree(folder.resolve("out/adapter_config.json").toFile());
    assertEquals("sst2", json.required("name").asText());
    JsonNode config = json.required("config");
    assertEquals("[0,3,4,7]", config.required("leave_out").toString());
    assertEquals(24, (int) Math.floor(192 / config.required("reduction_factor").asDouble()));
    String loader = Files.readString(folder.resolve("out/load.py"));
    assertTrue(loader.contains(model.fingerprint()) && loader.contains("(8100)"), loader);
    assertFalse(loader.contains("@"), loader);
  }

  @ParameterizedTest
  @CsvSource({
    "compacter++, T5, --format adapterhub",
    "compacter++[variant=adapterhub], T5, --format adapterhub",
    "bitfit, T5, biases",
    "prompt-random, T5, inputs_embeds",
    "norms, ADAPTERHUB, --format t5",
    "bitfit, ADAPTERHUB, no adapters"
  })
  void whatAFormatCannotHoldIsRefused(String spec, ExportFormat format, String reason) {
    adapter(folder.resolve("in"), spec);
    Path out = folder.resolve("out");
    UserException error = assertThrows(UserException.class, () -> export(format, out));
    assertTrue(error.getMessage().contains(reason), error.getMessage());
    assertFalse(Files.exists(out));
  }

  @Test
  void onlyANewOrEmptyFolderIsWritten() throws IOException {
    adapter(folder.resolve("in"), "compacter++");
    Path out = Files.createDirectory(folder.resolve("out"));
    export(ExportFormat.ADAPTERHUB, out);
    UserException error =
        assertThrows(UserException.class, () -> export(ExportFormat.ADAPTERHUB, out));
    assertTrue(error.getMessage().contains(out.toString()), error.getMessage());
  }
}
