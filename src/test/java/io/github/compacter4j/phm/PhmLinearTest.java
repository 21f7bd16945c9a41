package io.github.compacter4j.phm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.t5.T5Golden;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.torch.GradientCheck;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.torch.RandomInitializer;
import io.github.compacter4j.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.RealDistribution;
import org.apache.commons.math3.distribution.UniformRealDistribution;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The layer by itself: in DJL's own training, against ND4J, and what it starts from. */
@ExtendWith(OneThread.class)
class PhmLinearTest {
  private final NDManager manager = Torch.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static PhmLinear layer(PhmRule rule, int in, int out, int rank, String prefix) {
    return PhmLinear.builder()
        .setUnits(in, out)
        .setRule(rule)
        .optRank(rank)
        .optName(prefix, 11)
        .build();
  }

  private static PhmRule rule(int n) {
    return PhmRule.full(n, RandomInitializer.normal(0.5), 11, "");
  }

  @ParameterizedTest
  @CsvSource({"0", "2"})
  void trainsInASequentialBlockByDjlsTrainer(int rank) throws Exception {
    PhmRule shared = rule(4);
    SequentialBlock block =
        new SequentialBlock()
            .add(layer(shared, 16, 24, rank, "first."))
            .add(Activation.reluBlock())
            .add(layer(shared, 24, 8, rank, "second."));
    NDArray x = GradientCheck.random(manager, DataType.FLOAT32, 1, new Shape(64, 16));
    NDArray teacher = GradientCheck.random(manager, DataType.FLOAT32, 2, new Shape(16, 8));
    ArrayDataset data =
        new ArrayDataset.Builder()
            .setData(x)
            .optLabels(x.matMul(teacher).div(4))
            .setSampling(16, false)
            .build();
    Optimizer adam = Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build();
    DefaultTrainingConfig config = new DefaultTrainingConfig(Loss.l2Loss()).optOptimizer(adam);
    try (Model model = Model.newInstance("phm", "PyTorch")) {
      model.setBlock(block);
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(new Shape(16, 16));
        double first = loss(trainer, data);
        float[] before = shared.parameters().get(0).getArray().toFloatArray();
        for (int epoch = 0; epoch < 60; epoch++) {
          for (Batch batch : trainer.iterateDataset(data)) {
            EasyTrain.trainBatch(trainer, batch);
            trainer.step();
            batch.close();
          }
        }
        double last = loss(trainer, data);
        assertTrue(last < 0.5 * first, "loss " + first + " -> " + last);
        assertFalse(Arrays.equals(before, shared.parameters().get(0).getArray().toFloatArray()));
      }
    }
  }

  private double loss(Trainer trainer, ArrayDataset data) throws Exception {
    double sum = 0;
    for (Batch batch : trainer.iterateDataset(data)) {
      try (GradientMode off = GradientMode.off()) {
        NDList predicted = trainer.evaluate(batch.getData());
        sum += trainer.getLoss().evaluate(batch.getLabels(), predicted).getFloat();
      }
      batch.close();
    }
    return sum;
  }

  /** A (n, n, n) and B (n, p, q) -> sum_i A_i (x) B_i, by ND4J. */
  private static INDArray kroneckerSum(INDArray a, INDArray b) {
    long n = a.size(0);
    long p = b.size(1);
    long q = b.size(2);
    INDArray h = Nd4j.zeros(org.nd4j.linalg.api.buffer.DataType.DOUBLE, n * p, n * q);
    for (int i = 0; i < n; i++) {
      for (int row = 0; row < n; row++) {
        for (int column = 0; column < n; column++) {
          INDArray block = b.slice(i).mul(a.getDouble(i, row, column));
          h.get(
                  NDArrayIndex.interval(row * p, (row + 1) * p),
                  NDArrayIndex.interval(column * q, (column + 1) * q))
              .addi(block);
        }
      }
    }
    return h;
  }

  private static INDArray nd4j(NDArray array) {
    return Nd4j.create(
        GradientCheck.doubles(array),
        array.getShape().getShape(),
        org.nd4j.linalg.api.buffer.DataType.DOUBLE);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 6, 4, 0",
    "2, 4, 6, 0",
    "4, 16, 8, 0",
    "4, 16, 8, 1",
    "4, 8, 32, 2",
    "12, 24, 36, 1"
  })
  void theDenseWeightIsTheSumOfKroneckerProducts(int n, int in, int out, int rank) {
    PhmLinear layer = layer(rule(n), in, out, rank, "");
    layer.initialize(manager, DataType.FLOAT64, new Shape(1, in));
    INDArray a = nd4j(layer.getParameters().get("phm_rule").getArray());
    INDArray b;
    if (rank == 0) {
      b = nd4j(layer.getParameters().get("W").getArray());
    } else {
      INDArray s = nd4j(layer.getParameters().get("W_left").getArray());
      INDArray t = nd4j(layer.getParameters().get("W_right").getArray());
      b = Nd4j.zeros(org.nd4j.linalg.api.buffer.DataType.DOUBLE, n, in / n, out / n);
      for (int i = 0; i < n; i++) {
        b.slice(i).assign(s.slice(i).mmul(t.slice(i)));
      }
    }
    INDArray h = kroneckerSum(a, b);
    try (GradientMode off = GradientMode.off()) {
      assertEquals(new Shape(in, out), layer.dense().getShape());
      double[] dense = GradientCheck.doubles(layer.dense());
      assertArrayEquals(h.dup('c').data().asDouble(), dense, 1e-12);
      NDArray x = GradientCheck.random(manager, DataType.FLOAT64, 5, new Shape(3, in));
      INDArray y = nd4j(x).mmul(h);
      NDArray ours = layer.forward(new ParameterStore(manager, false), new NDList(x), false).head();
      assertArrayEquals(y.dup('c').data().asDouble(), GradientCheck.doubles(ours), 1e-11);
    }
  }

  @Test
  void sizesThatNDoesNotDivideAreRefused() {
    for (int[] units : new int[][] {{6, 8}, {8, 6}}) {
      UserException error =
          assertThrows(UserException.class, () -> layer(rule(4), units[0], units[1], 0, ""));
      assertTrue(error.getMessage().contains("n=4") && error.getMessage().contains("6"));
    }
  }

  private double[] draws(String tensor, int in, int out, int rank, RandomInitializer initializer) {
    List<Double> values = new ArrayList<>();
    for (int seed = 0; seed < 200; seed++) {
      PhmLinear layer =
          PhmLinear.builder()
              .setUnits(in, out)
              .setRule(PhmRule.full(4, RandomInitializer.normal(1e-4), seed, ""))
              .optRank(rank)
              .optInitializer(initializer)
              .optName("layer.", seed)
              .build();
      layer.initialize(manager, DataType.FLOAT32, new Shape(1, in));
      for (Parameter parameter : layer.getParameters().values()) {
        if (parameter.getName().endsWith(tensor)) {
          for (double value : GradientCheck.doubles(parameter.getArray())) {
            values.add(value);
          }
        }
      }
    }
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Mean, variance, support and the whole distribution; draws are fixed by their seeds. */
  private static void requireFrom(RealDistribution expected, double[] draws) {
    assertTrue(draws.length >= 4800, draws.length + " draws");
    double deviation = Math.sqrt(expected.getNumericalVariance());
    double mean = DoubleStream.of(draws).average().orElseThrow();
    assertEquals(0, mean, 4 * deviation / Math.sqrt(draws.length));
    double square = DoubleStream.of(draws).map(v -> v * v).average().orElseThrow();
    assertEquals(deviation, Math.sqrt(square), 0.04 * deviation);
    double largest = DoubleStream.of(draws).map(Math::abs).max().orElseThrow();
    if (expected instanceof UniformRealDistribution) {
      double bound = expected.getSupportUpperBound();
      assertTrue(largest <= bound * 1.000001 && largest > 0.99 * bound, largest + " of " + bound);
    } else {
      assertTrue(largest > 3 * deviation && largest < 6 * deviation);
    }
    double p = new KolmogorovSmirnovTest().kolmogorovSmirnovTest(expected, draws);
    assertTrue(p > 0.001, "probability " + p);
  }

  private static RealDistribution uniform(double bound) {
    return new UniformRealDistribution(-bound, bound);
  }

  private static RealDistribution normal(double deviation) {
    return new NormalDistribution(0, deviation);
  }

  @Test
  void startsAsTheReferenceDoes() {
    RandomInitializer glorot = RandomInitializer.glorotUniform();
    // in 64, out 24, n 4: s_i (16, r), t_i (r, 6), W_i (16, 6)
    requireFrom(uniform(Math.sqrt(12.0 / (16 + 1))), draws("W_left", 64, 24, 1, glorot));
    requireFrom(uniform(Math.sqrt(12.0 / (1 + 6))), draws("W_right", 64, 24, 1, glorot));
    requireFrom(uniform(Math.sqrt(12.0 / (16 + 3))), draws("W_left", 64, 24, 3, glorot));
    requireFrom(uniform(Math.sqrt(12.0 / (16 + 6))), draws(".W", 64, 24, 0, glorot));
    requireFrom(
        normal(Math.sqrt(2) * Math.sqrt(2.0 / (16 + 6))),
        draws(".W", 64, 24, 0, RandomInitializer.glorotNormal()));
    requireFrom(normal(0.01), draws(".W", 64, 24, 0, RandomInitializer.normal(0.01)));
    requireFrom(normal(1e-4), draws("phm_rule", 64, 24, 1, glorot));
    assertTrue(Arrays.stream(draws(".b", 64, 24, 1, glorot)).allMatch(v -> v == 0));
  }

  @Test
  void theSharedRuleOfCompacterStartsNextToZero() {
    List<Double> values = new ArrayList<>();
    try (T5Network network = T5Golden.network(Goldens.file("t5_tiny.json"), DataType.FLOAT32)) {
      for (int seed = 0; seed < 80; seed++) {
        try (Adaptation adaptation =
            Methods.parse("compacter[n=4,reduction=3]").applyTo(network, "task", seed)) {
          Parameter a = adaptation.trainable().get("phm_rule");
          DoubleStream.of(GradientCheck.doubles(a.getArray())).forEach(values::add);
        }
      }
    }
    requireFrom(normal(1e-4), values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  @Test
  void eachTensorDrawsItsOwnStream() {
    PhmLinear[] layers = {
      layer(rule(4), 16, 16, 1, "a."),
      layer(rule(4), 16, 16, 1, "a."),
      layer(rule(4), 16, 16, 1, "b.")
    };
    float[][] left = new float[3][];
    for (int i = 0; i < 3; i++) {
      layers[i].initialize(manager, DataType.FLOAT32, new Shape(1, 16));
      left[i] = layers[i].getParameters().valueAt(1).getArray().toFloatArray();
      float[] right = layers[i].getParameters().valueAt(2).getArray().toFloatArray();
      assertNotEquals(Arrays.toString(left[i]), Arrays.toString(right));
    }
    assertArrayEquals(left[0], left[1]);
    assertNotEquals(Arrays.toString(left[0]), Arrays.toString(left[2]));
  }
}
