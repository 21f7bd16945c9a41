package io.github.compacter4j.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.t5.T5Golden;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.torch.GradientMode;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import tech.tablesaw.api.Table;

class AdapterWeightsTest {
  private static final String METHOD = "compacter++[n=2,reduction=2]"; // 24 to 12 to 24

  private static T5Network tiny() {
    return T5Golden.network(Goldens.file("t5_tiny.json"), DataType.FLOAT32);
  }

  private static SortedMap<String, Parameter> scaled(Adaptation adaptation, double by) {
    try (GradientMode off = GradientMode.off()) {
      adaptation.trainable().forEach((name, p) -> scale(name, p, by));
    }
    return adaptation.trainable();
  }

  private static void scale(String name, Parameter parameter, double by) {
    if (name.endsWith("W_left")) {
      parameter.getArray().muli(by);
    }
  }

  @Test
  void fileAndLiveParametersAgree(@TempDir Path folder) {
    try (T5Network network = tiny();
        Adaptation adaptation = Methods.parse(METHOD).applyTo(network, "rte", 3)) {
      Path file = folder.resolve("adapter.safetensors");
      AdapterFile.write(file, adaptation.trainable());
      AdapterWeights live = AdapterWeights.of(adaptation.trainable());
      AdapterWeights read = AdapterWeights.read(file);
      assertEquals(
          Set.of(
              "encoder.block.0.layer.1",
              "encoder.block.1.layer.1",
              "decoder.block.0.layer.2",
              "decoder.block.1.layer.2"),
          live.bySite().keySet());
      assertEquals(0, AdapterDistance.between(live, read), 1e-12);
      INDArray update = read.bySite().get("encoder.block.1.layer.1").update();
      assertEquals(24, update.rows());
      assertEquals(24, update.columns());
      assertTrue(Spectrum.of(update).rank() <= 4, "2 products of rank 2 x 1");
    }
  }

  @Test
  void distancesDoNotDependOnSize() {
    try (T5Network one = tiny();
        T5Network two = tiny();
        Adaptation first = Methods.parse(METHOD).applyTo(one, "rte", 3);
        Adaptation second = Methods.parse(METHOD).applyTo(two, "mrpc", 4)) {
      AdapterWeights a = AdapterWeights.of(first.trainable());
      AdapterWeights b = AdapterWeights.of(second.trainable());
      double between = AdapterDistance.between(a, b);
      assertTrue(between > 0.5 && between < 1.5, "unrelated adapters: " + between);
      assertEquals(between, AdapterDistance.between(b, a), 1e-12);
      AdapterWeights larger = AdapterWeights.of(scaled(first, 3));
      assertEquals(between, AdapterDistance.between(larger, b), 1e-6);
      AdapterDistance.bySite(a, larger).values().forEach(d -> assertEquals(0, d, 1e-6));
      Table table = AdapterDistance.table(new TreeMap<>(Map.of("rte", a, "mrpc", b)));
      assertEquals(between, table.doubleColumn("rte").get(0), 1e-12);
      AdapterWeights zero = AdapterWeights.of(scaled(first, 0));
      assertThrows(UserException.class, () -> AdapterDistance.between(a, zero));
    }
  }

  @Test
  void ranksAreATable() {
    try (T5Network network = tiny();
        Adaptation adaptation = Methods.parse(METHOD).applyTo(network, "rte", 3)) {
      Table table = AdapterRanks.table(AdapterWeights.of(adaptation.trainable()));
      assertEquals(4, table.rowCount());
      double effective = table.doubleColumn("effective rank").get(0);
      assertTrue(effective > 1 && effective <= 4, "effective rank " + effective);
    }
  }

  /** Widths and ranks of random adapters (d 24, k 12) say which form each tensor was read in. */
  @ParameterizedTest
  @CsvSource({
    "'adapter[reduction=2]', 12",
    "'pfeiffer[reduction=2]', 12",
    "'lowrank[reduction=2]', 1",
    "'phm[n=4,reduction=2]', 12",
    "'compacter[n=2,reduction=2]', 4",
    "'compacter++[n=2,reduction=2]', 4",
    "'compacter[n=2,reduction=2,shareA=false]', 4",
    "'compacter[n=2,reduction=2,factoriseA=true]', 2",
    "'compacter[n=2,reduction=2,shareB=true]', 4",
    "'compacter[n=2,reduction=2,rank=2]', 8"
  })
  void everyKindOfAdapterHasADenseForm(String spec, int rank) {
    try (T5Network network = tiny();
        Adaptation adaptation = Methods.parse(spec).applyTo(network, "rte", 3)) {
      AdapterWeights.of(adaptation.trainable())
          .bySite()
          .forEach(
              (site, adapter) -> {
                assertArrayEquals(new long[] {24, 12}, adapter.down().shape(), site);
                assertArrayEquals(new long[] {12, 24}, adapter.up().shape(), site);
                double tolerance = 1e-6 * Spectrum.of(adapter.down()).values()[0];
                assertEquals(rank, Spectrum.of(adapter.down()).rank(tolerance), site);
              });
    }
  }

  @Test
  void aFrozenRuleIsMissing() {
    String spec = "compacter[n=2,reduction=2,learnA=false]";
    try (T5Network network = tiny();
        Adaptation adaptation = Methods.parse(spec).applyTo(network, "rte", 3)) {
      UserException error =
          assertThrows(UserException.class, () -> AdapterWeights.of(adaptation.trainable()));
      assertTrue(error.getMessage().contains("phm_rule"), error.getMessage());
    }
  }

  @Test
  void aMethodWithoutAdaptersIsRefused() {
    try (T5Network network = tiny();
        Adaptation full = Methods.parse("full").applyTo(network, "rte", 3)) {
      String message =
          assertThrows(UserException.class, () -> AdapterWeights.of(full.trainable())).getMessage();
      assertTrue(message.contains("no adapters"), message);
    }
  }
}
