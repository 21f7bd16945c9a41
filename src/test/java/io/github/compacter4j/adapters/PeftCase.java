package io.github.compacter4j.adapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import io.github.compacter4j.bert.BertInput;
import io.github.compacter4j.bert.BertNetwork;
import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.checkpoint.SafetensorsFile;
import io.github.compacter4j.checkpoint.SafetensorsWriter;
import io.github.compacter4j.files.AtomicFiles;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.model.Network;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.NamedRandom;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.train.FineTuning;
import io.github.compacter4j.train.Shaken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * An adapter that goes to peft or comes from there, with what both compute on invented inputs.
 *
 * @param folder of the case's files
 * @param base folder of the base model
 * @param model what Python makes of it: t5, cls (with a head), encoder (without), mean (a script's)
 * @param task how many outputs a head has
 */
record PeftCase(Path folder, Path base, String model, String task) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROWS = 20;
  private static final int LENGTH = 12;

  private Path file(String name) {
    return folder.resolve(name);
  }

  /** An adapter of ours with an effect, exported. */
  PeftCase exported(String spec) throws IOException {
    return exported(spec, adaptation -> {});
  }

  /** An adapter of ours with an effect, changed once more, exported. */
  PeftCase exported(String spec, Consumer<Adaptation> change) throws IOException {
    Task served = Tasks.named(task);
    try (Pretrained pretrained = Pretrained.load(base.toString())) {
      FineTuning plan = pooled(FineTuning.of(pretrained, spec, served).seed(3));
      RunFolder in = new RunFolder(file("in"));
      writeInputs(pretrained);
      float[] before;
      try (Network network = plan.newNetwork();
          Adaptation adaptation = plan.method().applyTo(network, task, 3)) {
        before = output(network).toFloatArray();
        Shaken.shake(adaptation, 5, 0.05);
        change.accept(adaptation);
        AdapterFile.write(in.adapter(), adaptation.kept());
      }
      new AdapterInfo(plan.method().spec().toString(), pretrained.identity(), task, 3, Map.of())
          .write(in.adapterInfo());
      try (Adapters adapters = Adapters.on(pretrained).add("it", in.path())) {
        Predictor predictor = adapters.activate("it");
        NDArray expected = output(adapters.network());
        assertTrue(difference(before, expected.toFloatArray()) > 0.01, "the adapter has an effect");
        write("expected", Map.of("output", expected));
        tell(pretrained, Map.of("direction", "load"));
        predictor.export(ExportFormat.PEFT, file("out"));
      }
    }
    return this;
  }

  private static double difference(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElse(0);
  }

  private FineTuning pooled(FineTuning plan) {
    return model.equals("t5") ? plan : plan.pooling(model.equals("cls") ? "cls" : "mean");
  }

  /** An adapter that peft is to save. */
  PeftCase toSave(String config, Map<String, Object> settings) throws IOException {
    try (Pretrained pretrained = Pretrained.load(base.toString())) {
      writeInputs(pretrained);
      tell(pretrained, Map.of("direction", "save", "config", config, "settings", settings));
    }
    return this;
  }

  private void tell(Pretrained pretrained, Map<String, Object> more) throws IOException {
    Map<String, Object> told = new TreeMap<>(more);
    told.put("base", base.toString());
    told.put("model", model);
    told.put("rows", model.equals("t5") ? pretrained.anatomy().vocabulary() : Integer.MAX_VALUE);
    told.put("outputs", task.equals("mnli") ? 3 : task.equals("stsb") ? 1 : 2);
    JSON.writeValue(file("case.json").toFile(), told);
  }

  /** Invented ids of many lengths, and what a T5's decoder reads. */
  void writeInputs(Pretrained pretrained) throws IOException {
    Files.createDirectories(folder);
    int words = pretrained.anatomy().vocabulary() - 10;
    float[] draws = new NamedRandom(17, "ids").uniform(ROWS * LENGTH, 0, 1);
    float[] ids = new float[draws.length];
    float[] mask = new float[draws.length];
    for (int i = 0; i < ids.length; i++) {
      boolean isText = i % LENGTH < 3 + i / LENGTH % (LENGTH - 2);
      mask[i] = isText ? 1 : 0;
      ids[i] = isText ? 5 + (int) (draws[i] * words) : paddingId();
    }
    try (NDManager manager = Torch.newManager()) {
      Map<String, NDArray> inputs = new TreeMap<>();
      Shape shape = new Shape(ROWS, LENGTH);
      inputs.put("input_ids", manager.create(ids, shape));
      inputs.put("attention_mask", manager.create(mask, shape));
      if (model.equals("t5")) {
        float[] written = new float[ROWS * 4];
        IntStream.range(0, written.length).forEach(i -> written[i] = i % 4 == 0 ? 0 : 7 + i);
        inputs.put("decoder_input_ids", manager.create(written, new Shape(ROWS, 4)));
      }
      write("inputs", inputs);
    }
  }

  private int paddingId() throws IOException {
    return JSON.readTree(base.resolve("config.json").toFile()).path("pad_token_id").asInt();
  }

  private void write(String name, Map<String, NDArray> tensors) {
    SortedMap<String, NDArray> sorted = new TreeMap<>(tensors);
    AtomicFiles.write(file(name + ".safetensors"), out -> SafetensorsWriter.write(sorted, out));
  }

  /** Logits, or the last hidden states of an encoder without a head. */
  NDArray output(Network network) {
    NDManager manager = network.weights().manager();
    try (SafetensorsFile file = SafetensorsFile.open(file("inputs.safetensors"));
        GradientMode off = GradientMode.off()) {
      NDArray mask = file.read("attention_mask", manager);
      NDArray ids = file.read("input_ids", manager).toType(DataType.INT64, false);
      ForwardPass pass = ForwardPass.evaluation();
      if (network instanceof T5Network t5) {
        NDArray read = file.read("decoder_input_ids", manager).toType(DataType.INT64, false);
        return t5.decode(pass, read, t5.encode(pass, ids, mask));
      }
      BertInput input = new BertInput(ids, ids.zerosLike(), mask);
      BertNetwork bert = (BertNetwork) network;
      return model.equals("encoder") ? bert.encode(pass, input) : bert.logits(pass, input);
    }
  }

  /** The largest difference from what Python computed, in tokens that are no padding. */
  double difference(Network network) {
    try (NDScope scope = new NDScope();
        SafetensorsFile file = SafetensorsFile.open(file("expected.safetensors"))) {
      scope.suppressNotUsedWarning();
      NDArray expected = file.read("output", network.weights().manager());
      return difference(output(network).toFloatArray(), expected.toFloatArray());
    }
  }

  /** Lets Python do its part of all cases and compares what both computed. */
  static void python(Path folder, List<PeftCase> cases) throws Exception {
    List<Object> arguments = new ArrayList<>();
    arguments.add(Home.folder().orElseThrow().resolve("src/test/python/peft_check.py"));
    cases.forEach(one -> arguments.add(one.folder()));
    List<String> packages = List.of("torch", "transformers", "peft", "safetensors");
    String answer = TorchPython.output(packages, folder, arguments.toArray());
    JsonNode told = JSON.readTree(answer.substring(answer.indexOf("{\"versions\"")));
    assertEquals(cases.size(), told.required("cases").size());
    for (int i = 0; i < cases.size(); i++) {
      JsonNode one = told.required("cases").get(i);
      String what = cases.get(i) + ": " + one + " with " + told.required("versions");
      assertEquals(ROWS, one.required("rows").asInt(), what);
      assertTrue(one.required("largest").asDouble() > 0.01, what);
      assertTrue(one.required("difference").asDouble() <= 1e-4, what);
    }
  }
}
