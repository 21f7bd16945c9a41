package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.tasks.Glue;
import io.github.compacter4j.tasks.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The protocols' settings, and how single ones are changed. */
class ProtocolTest {
  private static final Protocol SMALL = Protocol.small(MethodSpec.of("full"));

  private static Protocol paper(String method, Task task) {
    return Protocol.named("paper", MethodSpec.parse(method), task);
  }

  @Test
  void thePapersEpochs() {
    assertEquals(20, paper("full", Glue.rte()).epochs());
    assertEquals(3, paper("full", Glue.qnli()).epochs());
    assertEquals(20, paper("full", Glue.qnli().lowResource(4000, 1)).epochs());
    assertEquals(3, paper("full", Glue.qnli().withMaxTrainSamples(10_000)).epochs());
  }

  @Test
  void promptsAndSaidSplitTheirBatches() {
    Protocol split = paper("prompt-random", Glue.rte());
    assertEquals(50, split.batchSize());
    assertEquals(2, split.accumulation());
    assertEquals(100, paper("compacter", Glue.rte()).batchSize());
  }

  @ParameterizedTest
  @CsvSource({
    "prefix, 1e-2",
    "prefix[mlp=true], 1e-4",
    "prefix[mlp=false], 1e-2",
    "mam, 1e-4",
    "mam[mlp=false], 1e-3"
  })
  void theRateIsThatOfTheMethodsForm(String method, double rate) {
    assertEquals(rate, paper(method, Glue.rte()).learningRate());
  }

  @Test
  void oneSettingChangesAndTheRestStays() {
    Protocol changed = SMALL.with("patience", 3);
    assertEquals(3, changed.patience());
    assertEquals(SMALL, changed.with("patience", 0));
  }

  @Test
  void anUnknownSettingNamesTheNearest() {
    UserException error = assertThrows(UserException.class, () -> SMALL.with("learningrate", 1e-3));
    assertTrue(error.getMessage().contains("learningRate"), error.getMessage());
    assertEquals(UserException.WRONG_USAGE, error.exitStatus());
  }

  @ParameterizedTest
  @CsvSource({
    "epochs, 0",
    "batchSize, -1",
    "learningRate, 0",
    "learningRate, NaN",
    "maxGradientNorm, 0",
    "dropout, 1",
    "warmupShare, 1.5",
    "patience, -1",
    "decode, beam",
    "epochs, many"
  })
  void aValueOutOfRangeIsWrongUsage(String setting, String value) {
    UserException error = assertThrows(UserException.class, () -> SMALL.with(setting, value));
    assertEquals(UserException.WRONG_USAGE, error.exitStatus());
    assertTrue(error.getMessage().contains(value), error.getMessage());
  }

  @Test
  void everySettingThatDiffersIsToldBeforeARun() {
    assertEquals(
        "protocol small: 20 epochs, at most 600 steps, batches of 32, sources of at most 128 ids,"
            + " peak learning rate 0.001, gradients clipped to 1.0, scored every 50 steps, decoded by"
            + " generate",
        SMALL.describe());
    assertTrue(
        SMALL.with("patience", 3).describe().contains("stopped after 3 without a better score"));
    assertTrue(paper("said", Glue.rte()).describe().contains("batches of 50 x 2"));
    assertTrue(paper("said", Glue.rte()).describe().contains("scored each epoch"));
  }
}
