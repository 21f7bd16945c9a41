package io.github.compacter4j.adapters;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import io.github.compacter4j.Home;
import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.checkpoint.StoredTypes;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.model.Hooks;
import io.github.compacter4j.model.Merge;
import io.github.compacter4j.model.Network;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.train.FineTuning;
import io.github.compacter4j.train.Shaken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods whose change becomes part of the matrices, and those whose cannot. */
@ExtendWith(OneThread.class)
class MergeTest {
  @TempDir Path folder;

  private static Path bundled() {
    return Home.folder().orElseThrow().resolve("data/t5-tiny-en");
  }

  private PeftCase on(Path base, String model) throws IOException {
    return new PeftCase(folder.resolve("case"), base, model, "mrpc");
  }

  private PeftCase on(String type) throws IOException {
    return switch (type) {
      case "t5" -> on(bundled(), "t5");
      case "gated" -> on(GatedT5.write(folder.resolve("gated")), "t5");
      default -> on(TinyEncoders.write(folder.resolve(type), type), "cls");
    };
  }

  private static float[] output(PeftCase one, Network network) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return one.output(network).toFloatArray();
    }
  }

  private static double difference(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElse(0);
  }

  /** Merged matrices compute the same; unmerged, everything is as it was, bit for bit. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "t5 | lora[rank=3,targets=all]",
        "t5 | ia3",
        "t5 | lokr[rank=2]",
        "t5 | randlora[rank=32]",
        "bert | lora[rank=2,dora=true,start=pissa]",
        "bert | loha[rank=2]",
        "bert | vera[rank=3]",
        "bert | nola[coefficients=5,rank=2]",
        "bert | s2lora[rank=3]",
        "bert | krona",
        "bert | mask[budget=100]",
        "t5 | adalora[rank=3,target=2]",
        "bert | dylora[rank=3]",
        "t5 | increlora[target=2,alpha=4]",
        "bert | sora[rank=2]",
        "t5 | slora[rank=3]",
        "bert | inttune[rank=4]",
        "t5 | svfit[rank=4]",
        "bert | loldu[rank=4]",
        "t5 | spiel[density=0.05]",
        "gated | lora[rank=3,targets=all,scale=rs]",
        "gated | ia3",
        "bert | lora[rank=3,targets=all]",
        "bert | ia3",
        "roberta | ia3"
      })
  void aMergedNetworkComputesTheSame(String type, String spec) throws IOException {
    PeftCase one = on(type);
    try (Pretrained base = Pretrained.load(one.base().toString())) {
      one.writeInputs(base);
      try (Network network = plan(base, one, spec).newNetwork()) {
        float[] before = output(one, network);
        try (Adaptation adaptation = Methods.parse(spec).applyTo(network, "mrpc", 3)) {
          Shaken.shake(adaptation, 5, 0.05);
          float[] adapted = output(one, network);
          assertTrue(difference(before, adapted) > 0.01, "the adapter has an effect");
          try (Merge merge = Merge.of(network, (name, tensor) -> tensor)) {
            assertFalse(network.hooks().hasBranches());
            assertTrue(merge.deviation() < 1e-4, spec + ": " + merge.deviation());
            double largest = difference(adapted, new float[adapted.length]);
            double most = difference(adapted, output(one, network));
            assertTrue(most <= 2e-5 * Math.max(1, largest), spec + ": " + most);
          }
          assertArrayEquals(adapted, output(one, network), "unmerged");
        }
        if (network.headTensors().isEmpty()) { // others were shaken with the adapter
          assertArrayEquals(before, output(one, network), "the base");
        }
      }
    }
  }

  private static FineTuning plan(Pretrained base, PeftCase one, String spec) {
    FineTuning plan = FineTuning.of(base, spec, Tasks.named(one.task()));
    return one.model().equals("t5") ? plan : plan.pooling(one.model());
  }

  private void adapter(Pretrained base, PeftCase one, String spec) {
    FineTuning plan = plan(base, one, spec);
    RunFolder in = new RunFolder(folder.resolve("in"));
    try (Network network = plan.newNetwork();
        Adaptation adaptation = plan.method().applyTo(network, "mrpc", 3)) {
      Shaken.shake(adaptation, 5, 0.05);
      AdapterFile.write(in.adapter(), adaptation.kept());
    }
    new AdapterInfo(plan.method().spec().toString(), base.identity(), "mrpc", 3, Map.of())
        .write(in.adapterInfo());
  }

  /** The bundled model is in bfloat16, the random encoders in float32. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"t5 | T5 | lora | 0.3", "bert | HF | ia3 | 1e-4", "roberta | HF | lora | 1e-4"})
  void aMergedFolderIsInTheTypesOfTheBase(
      String type, ExportFormat format, String spec, double most) throws IOException {
    PeftCase one = on(type);
    Path out = folder.resolve("out");
    float[] adapted;
    try (Pretrained base = Pretrained.load(one.base().toString())) {
      one.writeInputs(base);
      adapter(base, one, spec);
      try (Adapters adapters = Adapters.on(base).add("it", folder.resolve("in"))) {
        Predictor predictor = adapters.activate("it");
        adapted = output(one, adapters.network());
        double deviation = predictor.exportMerged(format, out);
        assertEquals(type.equals("t5"), deviation > 1e-4, spec + ": " + deviation);
        assertArrayEquals(adapted, output(one, adapters.network()), "merging leaves no trace");
      }
      try (Pretrained merged = Pretrained.load(out.toString());
          Network network = plan(merged, one, "head").newNetwork()) {
        assertEquals(base.storedTypes(), merged.storedTypes());
        double difference = difference(adapted, output(one, network));
        assertTrue(difference <= most, spec + ": " + difference);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HF | adapter[bottleneck=4] | nothing to merge",
        "HF | full | nothing to merge",
        "HF | prompt-random[length=5] | nothing to merge",
        "PEFT | lora[rank=2] | --merge writes a model's folder"
      })
  void whatCannotBeMergedIsRefused(ExportFormat format, String spec, String reason)
      throws IOException {
    PeftCase one = on("bert");
    try (Pretrained base = Pretrained.load(one.base().toString())) {
      adapter(base, one, spec);
      try (Adapters adapters = Adapters.on(base).add("it", folder.resolve("in"))) {
        Predictor predictor = adapters.activate("it");
        UserException error =
            assertThrows(
                UserException.class, () -> predictor.exportMerged(format, folder.resolve("out")));
        assertTrue(error.getMessage().contains(reason), error.getMessage());
        assertFalse(Files.exists(folder.resolve("out")));
      }
    }
  }

  @Test
  void whatIsNotLinearIsRefused() throws IOException {
    PeftCase one = on("bert");
    try (Pretrained base = Pretrained.load(one.base().toString());
        Network network = plan(base, one, "head").newNetwork()) {
      Hooks hooks = network.hooks();
      String weight = "encoder.layer.0.attention.self.query.weight";
      hooks.beside(weight, (ForwardPass pass, NDArray x) -> x.square());
      UserException error =
          assertThrows(UserException.class, () -> Merge.of(network, (name, tensor) -> tensor));
      assertTrue(error.getMessage().contains(weight), error.getMessage());
      assertTrue(hooks.hasBranches(), "nothing was taken away");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"F16", "BF16"})
  void valuesAreRoundedToTheNearest(String type) throws IOException {
    // A step between neighbours at 1 is 2^-10 of F16, 2^-7 of BF16; halfway goes to the even one.
    double step = type.equals("F16") ? Math.pow(2, -10) : Math.pow(2, -7);
    float[] values = {
      1, (float) (1 + 0.6 * step), (float) (1 + 0.5 * step), (float) (1 + 1.5 * step)
    };
    float[] expected = {1, (float) (1 + step), 1, (float) (1 + 2 * step)};
    try (NDManager manager = Torch.newManager()) {
      StoredTypes stored = new StoredTypes(Map.of("x", type));
      assertArrayEquals(expected, stored.rounded("x", manager.create(values)).toFloatArray());
    }
  }
}
