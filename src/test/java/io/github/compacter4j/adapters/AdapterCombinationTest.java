package io.github.compacter4j.adapters;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.checkpoint.SafetensorsFile;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.tasks.Tasks;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.train.Everyday;
import io.github.compacter4j.train.FineTuning;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Adapters that were trained before, put into one file and weighed by training. */
@ExtendWith(OneThread.class)
class AdapterCombinationTest {
  private static final String PLACE = "encoder.block.0.layer.0.";
  private static final String OMEGA = PLACE + "scalearn_omega";

  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void writeRows() throws IOException {
    data = Everyday.few(folder);
  }

  private Run run(FineTuning plan, String name) {
    FineTuning usual = plan.data(data).batchSize(2).maxSteps(1).learningRate(1e-2);
    return usual
        .protocol(usual.protocol().with("warmupSteps", 0).with("maxSourceLength", 60))
        .out(folder.resolve(name), FineTuning.Existing.REFUSE)
        .run();
  }

  private Path source(Pretrained model, String spec, long seed) {
    FineTuning plan = FineTuning.of(model, spec, Tasks.named("sst2")).seed(seed);
    return run(plan, "source" + seed).folder().path();
  }

  private static float[] values(Path adapter, String name) {
    try (SafetensorsFile file = SafetensorsFile.open(adapter.resolve("adapter.safetensors"));
        NDManager manager = Torch.newManager()) {
      return file.read(name, manager).toFloatArray();
    }
  }

  @Test
  void weightsTrainAndAdaptersStay() {
    try (Pretrained model = T5.load(T5.BUNDLED)) {
      String spec = "pfeiffer[norms=none,bottleneck=3]";
      List<Path> sources = List.of(source(model, spec, 1), source(model, spec, 2));
      AdapterCombination combination = AdapterCombination.of(sources);
      assertEquals("scalearn[adapters=2,of=pfeiffer,bottleneck=3]", combination.spec().toString());
      MethodSpec all = combination.spec().with("dropout", 0); // so that every weight learns
      MethodSpec combined = Methods.of(all).spec();
      Path out = folder.resolve("combined");
      AdapterInfo info = combination.write(combined, model, Tasks.named("sst2"), null, 5, out);
      assertEquals(combined.toString(), info.spec());
      Run run = run(FineTuning.from(model, out, Tasks.named("sst2")), "run");
      for (int i = 0; i < 2; i++) {
        String down = "adapter_controller.adapters.%s.down_sampler.weight";
        float[] before = values(sources.get(i), PLACE + down.formatted("sst2"));
        assertArrayEquals(
            before, values(run.folder().path(), PLACE + down.formatted("source" + i)));
      }
      float[] start = values(out, OMEGA);
      float[] trained = values(run.folder().path(), OMEGA);
      for (int i = 0; i < start.length; i++) {
        assertEquals(1, start[i], 0.01);
        assertTrue(trained[i] != start[i], "weight " + i + " learns");
      }
      UserException error =
          assertThrows(
              UserException.class,
              () -> run(FineTuning.of(model, combined.toString(), Tasks.named("sst2")), "none"));
      assertTrue(error.getMessage().contains("adapters combine"), error.getMessage());
    }
  }

  @Test
  void whatCannotBeCombinedIsRefused() {
    try (Pretrained model = T5.load(T5.BUNDLED)) {
      Path lora = source(model, "lora[rank=1]", 1);
      UserException kind =
          assertThrows(
              UserException.class, () -> AdapterCombination.of(List.of(lora, lora)).spec());
      assertTrue(kind.getMessage().contains("adapter[norms=none]"), kind.getMessage());
      Path other = source(model, "pfeiffer[norms=none,bottleneck=3]", 2);
      UserException mixed =
          assertThrows(UserException.class, () -> AdapterCombination.of(List.of(lora, other)));
      assertTrue(mixed.getMessage().contains("its method is pfeiffer"), mixed.getMessage());
    }
  }
}
