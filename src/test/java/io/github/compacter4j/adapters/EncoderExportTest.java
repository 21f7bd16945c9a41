package io.github.compacter4j.adapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.compacter4j.Home;
import io.github.compacter4j.RealModel;
import io.github.compacter4j.TorchPython;
import io.github.compacter4j.UserException;
import io.github.compacter4j.bert.BertInput;
import io.github.compacter4j.bert.BertNetwork;
import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.checkpoint.SafetensorsFile;
import io.github.compacter4j.checkpoint.SafetensorsWriter;
import io.github.compacter4j.files.AtomicFiles;
import io.github.compacter4j.learner.Batch;
import io.github.compacter4j.learner.Encoder;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.model.Network;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.text.TextPair;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import io.github.compacter4j.train.Shaken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exports of encoders, among them what Python's own libraries make of them. */
@ExtendWith(OneThread.class)
class EncoderExportTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROWS = 20;

  @TempDir Path folder;

  /** What is exported; {@code task} says how many outputs the head has. */
  private record Case(String spec, String task, String pooling, ExportFormat format) {
    boolean isMerged() {
      return format == ExportFormat.HF && (spec.startsWith("lora") || spec.equals("ia3"));
    }
  }

  private static Case hf(String spec, String task, String pooling) {
    return new Case(spec, task, pooling, ExportFormat.HF);
  }

  private static Case hub(String spec, String task, String pooling) {
    return new Case(spec, task, pooling, ExportFormat.ADAPTERHUB);
  }

  /** Pairs of sentences of many lengths. */
  private static List<TextPair> pairs() {
    List<String> who = List.of("the old cat", "a young dog", "the bird", "a quiet river");
    List<String> what =
        List.of("sleeps under the tree .", "runs .", "sings over the garden and the house .");
    List<String> then =
        List.of("the door opens .", "the door closes and the loud dog runs near the river .");
    return IntStream.range(0, ROWS)
        .mapToObj(i -> TextPair.of(who.get(i % 4) + " " + what.get(i % 3), then.get(i / 4 % 2)))
        .toList();
  }

  /** An adapter with an effect, as a run would leave it. */
  private static void adapter(Encoder model, Case one, Path folder) {
    Task task = Tasks.named(one.task());
    Method method = Methods.parse(one.spec()).resolve(model.anatomy());
    RunFolder target = new RunFolder(folder);
    try (Network network = model.newNetwork(task, one.pooling(), 3);
        Adaptation adaptation = method.applyTo(network, task.name(), 3)) {
      Shaken.shake(adaptation, 5, method.name().equals("said") ? 0.003 : 0.03);
      AdapterFile.write(target.adapter(), adaptation.kept());
    }
    new AdapterInfo(method.spec().toString(), model.identity(), task.name(), 3, Map.of())
        .write(target.adapterInfo());
  }

  /** Exports a case and writes beside it what this program computes. */
  private static void prepare(Encoder model, Case one, Path folder) throws IOException {
    adapter(model, one, folder.resolve("in"));
    try (Adapters adapters = Adapters.on(model).add("it", folder.resolve("in"))) {
      Predictor predictor = adapters.activate("it");
      writeExpected(model, predictor.task(), (BertNetwork) adapters.network(), folder);
      if (one.isMerged()) {
        predictor.exportMerged(one.format(), folder.resolve("out"));
      } else {
        predictor.export(one.format(), folder.resolve("out"));
      }
    }
    Map<String, Object> told = new TreeMap<>();
    told.put("format", one.format() == ExportFormat.HF ? "hf" : "adapterhub");
    told.put("pooling", one.pooling());
    told.put("base", model.folder().toString());
    told.put(
        "pairs", pairs().stream().map(p -> List.of(p.first(), p.second().orElseThrow())).toList());
    JSON.writeValue(folder.resolve("case.json").toFile(), told);
  }

  private static void writeExpected(Encoder model, Task task, BertNetwork network, Path folder) {
    List<Example> examples = pairs().stream().map(Example::new).toList();
    try (NDManager manager = Torch.newManager();
        NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      Batch batch =
          model
              .reader(task, 60, false)
              .rows(examples)
              .batch(manager, DataType.FLOAT32, IntStream.range(0, ROWS).toArray());
      BertInput input = new BertInput(batch.ids(), batch.types(), batch.mask());
      SortedMap<String, NDArray> expected = new TreeMap<>();
      expected.put("logits", network.logits(ForwardPass.evaluation(), input));
      expected.put("input_ids", TorchFunctions.cast(batch.ids(), DataType.FLOAT32));
      expected.put("attention_mask", batch.mask());
      AtomicFiles.write(
          folder.resolve("expected.safetensors"), out -> SafetensorsWriter.write(expected, out));
    }
  }

  private void pythonComputesTheSameLogits(Path base, List<Case> cases) throws Exception {
    List<Object> arguments = new ArrayList<>();
    arguments.add(Home.folder().orElseThrow().resolve("src/test/python/encoder_export_check.py"));
    try (Encoder model = Encoder.load(base.toString())) {
      for (Case one : cases) {
        Path there = Files.createDirectories(folder.resolve("case" + arguments.size()));
        prepare(model, one, there);
        arguments.add(there);
      }
    }
    List<String> packages = List.of("torch", "transformers", "adapters", "safetensors");
    String answer = TorchPython.output(packages, folder, arguments.toArray());
    JsonNode told = JSON.readTree(answer.substring(answer.indexOf("{\"versions\"")));
    assertEquals(cases.size(), told.required("cases").size());
    for (int i = 0; i < cases.size(); i++) {
      JsonNode one = told.required("cases").get(i);
      String what = cases.get(i) + ": " + one + " with " + told.required("versions");
      assertEquals(ROWS, one.required("rows").asInt(), what);
      assertTrue(one.required("sameIds").asBoolean(), what);
      assertTrue(one.required("difference").asDouble() <= 1e-4, what);
    }
  }

  @Test
  void pythonComputesTheSameLogitsOfMiniLm() throws Exception {
    pythonComputesTheSameLogits(
        RealModel.minilm(),
        List.of(
            hf("full", "mrpc", "cls"),
            hf("full", "mrpc", "mean"),
            hub("compacter++", "mrpc", "mean"),
            hub("adapter", "stsb", "cls")));
  }

  @Test
  void pythonComputesTheSameLogitsOfABert() throws Exception {
    pythonComputesTheSameLogits(
        TinyEncoders.write(folder.resolve("base"), "bert"),
        List.of(
            hf("full", "stsb", "cls"),
            hf("bitfit", "mnli", "cls"),
            hf("lora[targets=all]", "mnli", "cls"),
            hf("ia3", "mrpc", "mean"),
            hf("norms", "mrpc", "mean"),
            hf("head", "mrpc", "cls"),
            hf("said[dimension=50]", "mnli", "mean"),
            hub("adapter[bottleneck=5]", "mrpc", "cls"),
            hub("pfeiffer[bottleneck=4]", "mnli", "mean"),
            hub("adapterdrop[bottleneck=4,layers=1..1]", "mrpc", "cls"),
            hub("lowrank[bottleneck=4]", "mrpc", "mean"),
            hub("phm[bottleneck=8]", "mrpc", "cls"),
            hub("compacter[bottleneck=8]", "mnli", "cls"),
            hub("compacter++[bottleneck=8,variant=adapterhub]", "mrpc", "mean"),
            hub("compacter++[bottleneck=8,norms=none]", "stsb", "mean")));
  }

  @ParameterizedTest
  @CsvSource({"roberta", "xlm-roberta"})
  void pythonComputesTheSameLogitsOfARoberta(String modelType) throws Exception {
    pythonComputesTheSameLogits(
        TinyEncoders.write(folder.resolve("base"), modelType),
        List.of(
            hf("full", "mnli", "cls"),
            hf("bitfit", "mrpc", "mean"),
            hub("adapter[bottleneck=5]", "mrpc", "cls"),
            hub("compacter++[bottleneck=8]", "mnli", "cls"),
            hub("compacter[bottleneck=8]", "mrpc", "mean")));
  }

  private void export(Case one) throws IOException {
    Path base = TinyEncoders.write(folder.resolve("base"), "bert");
    try (Encoder model = Encoder.load(base.toString())) {
      adapter(model, one, folder.resolve("in"));
      try (Adapters adapters = Adapters.on(model).add("it", folder.resolve("in"))) {
        adapters.activate("it").export(one.format(), folder.resolve("out"));
      }
    }
  }

  @Test
  void aFolderWithAClsHeadTellsItsLabelsAndStartsAnEncoder() throws IOException {
    export(hf("full", "mnli", "cls"));
    Path out = folder.resolve("out");
    JsonNode config = JSON.readTree(out.resolve("config.json").toFile());
    assertEquals(
        "[\"BertForSequenceClassification\"]", config.required("architectures").toString());
    assertEquals("single_label_classification", config.required("problem_type").asText());
    assertEquals(3, config.required("id2label").size());
    assertFalse(Files.exists(out.resolve("load.py")));
    Task task = Tasks.named("mnli");
    try (Encoder model = Encoder.load(out.toString());
        BertNetwork network = model.newNetwork(task, "cls", 99);
        SafetensorsFile adapter = SafetensorsFile.open(folder.resolve("in/adapter.safetensors"));
        NDManager manager = Torch.newManager()) {
      for (String name : network.headTensors().keySet()) {
        assertEquals(adapter.read(name, manager), network.headTensors().get(name).getArray(), name);
      }
    }
  }

  @Test
  void aFolderWithAMeanHeadHasItBesideAndTellsOfTheOther() throws IOException {
    export(hf("bitfit", "mrpc", "mean"));
    try (SafetensorsFile head = SafetensorsFile.open(folder.resolve("out/head.safetensors"))) {
      assertEquals(List.of("classifier_mean.bias", "classifier_mean.weight"), sorted(head));
    }
    String script = Files.readString(folder.resolve("out/load.py"));
    assertTrue(script.contains("--pooling cls"), script);
    assertFalse(script.contains("@"), script);
  }

  private static List<String> sorted(SafetensorsFile file) {
    return file.names().stream().sorted().toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "adapter[bottleneck=4] | HF | --format adapterhub",
        "prompt-random[length=5] | HF | no place for a prompt",
        "lora[rank=2] | HF | beside its matrices",
        "full | T5 | --format hf",
        "full | ADAPTERHUB | --format hf"
      })
  void whatAFormatCannotHoldIsRefused(String spec, ExportFormat format, String reason) {
    Case one = new Case(spec, "mrpc", "mean", format);
    UserException error = assertThrows(UserException.class, () -> export(one));
    assertTrue(error.getMessage().contains(reason), error.getMessage());
    assertFalse(Files.exists(folder.resolve("out")));
  }

  @Test
  void aT5IsNoEncoder() {
    try (T5 model = T5.load(T5.BUNDLED)) {
      UserException error =
          assertThrows(UserException.class, () -> ExportFormat.HF.requireFor(model));
      assertTrue(error.getMessage().contains("--format t5"), error.getMessage());
    }
  }
}
