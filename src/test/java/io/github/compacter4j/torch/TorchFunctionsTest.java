package io.github.compacter4j.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every function against its plain NDArray twin, and its gradient against central differences. */
class TorchFunctionsTest {
  private final NDManager manager = Torch.newManager();
  private final GradientMode mode = GradientMode.off();
  private int draws;

  @BeforeEach
  void restart() {
    draws = 0;
  }

  @AfterEach
  void close() {
    mode.close();
    manager.close();
  }

  private NDArray random(long... shape) {
    NDArray x = GradientCheck.random(manager, DataType.FLOAT64, ++draws, new Shape(shape));
    x.setRequiresGradient(true);
    return x;
  }

  private NDArray single(long... shape) {
    NDArray x = GradientCheck.random(manager, DataType.FLOAT32, ++draws, new Shape(shape));
    x.setRequiresGradient(true);
    return x;
  }

  private static void assertClose(NDArray expected, NDArray actual, double tolerance) {
    assertEquals(expected.getShape(), actual.getShape());
    assertArrayEquals(GradientCheck.doubles(expected), GradientCheck.doubles(actual), tolerance);
  }

  private static void gradient(
      java.util.function.Function<NDArray[], NDArray> f, NDArray... inputs) {
    GradientCheck.check(1e-5, 1e-8, f, inputs);
  }

  @Test
  void linear() {
    NDArray x = random(2, 3, 5);
    NDArray w = random(4, 5);
    assertClose(x.matMul(w.transpose()), TorchFunctions.linear(x, w), 1e-12);
    gradient(in -> TorchFunctions.linear(in[0], in[1]), x, w);
    NDArray b = random(4);
    assertClose(x.matMul(w.transpose()).add(b), TorchFunctions.linear(x, w, b), 1e-12);
    gradient(in -> TorchFunctions.linear(in[0], in[1], in[2]), random(2, 3, 5), random(4, 5), b);
  }

  @Test
  void fastLinearWithBias() {
    NDArray x = random(2, 3, 5);
    NDArray w = random(4, 5);
    NDArray b = random(4);
    NDArray twin = x.matMul(w.transpose()).add(b);
    assertClose(twin, TorchFunctions.fastLinear(x, w, b), 1e-12);
    gradient(in -> TorchFunctions.fastLinear(in[0], in[1], in[2]), x, w, b);
  }

  @Test
  void fastLinearTakesOneDnnForWideFloat32Products() {
    NDArray x = single(2, 128, 256);
    NDArray w = single(256, 256);
    NDArray b = single(256);
    long before = TorchFunctions.calls().getOrDefault("linear_bias_onednn", 0L);
    NDArray y = TorchFunctions.fastLinear(x, w, b);
    assertEquals(before + 1, TorchFunctions.calls().get("linear_bias_onednn"));
    assertClose(x.matMul(w.transpose()).add(b), y, 1e-3);
    try (GradientMode on = GradientMode.on()) {
      Torch.backward(TorchFunctions.fastLinear(x, w, b).sum());
    }
    NDArray ones = manager.ones(new Shape(256, 256));
    assertClose(ones.matMul(w), x.getGradient().reshape(256, 256), 1e-3);
    assertClose(ones.transpose().matMul(x.reshape(256, 256)), w.getGradient(), 1e-3);
    assertClose(manager.full(new Shape(256), 256f), b.getGradient(), 1e-3);
  }

  @Test
  void fastLinearWithBfloat16WeightsKeepsItsBias() {
    NDArray x = single(3, 8);
    NDArray narrow = TorchFunctions.toBfloat16(single(4, 8));
    NDArray b = single(4);
    NDArray y = TorchFunctions.fastLinear(x, narrow, b);
    assertEquals(DataType.FLOAT32, y.getDataType());
    assertClose(TorchFunctions.linear(x, narrow).add(b), y, 0);
    try (GradientMode on = GradientMode.on()) {
      Torch.backward(TorchFunctions.fastLinear(x, narrow, b).sum());
    }
    assertClose(manager.full(new Shape(4), 3f), b.getGradient(), 0);
  }

  /** The kernel depends on the number of rows, on the type, and on how W lies. */
  @Test
  void affineMapsOfFewAndManyRows() {
    for (long rows : new long[] {1, 8, 9, 255, 256, 600}) {
      for (Shape shape : List.of(new Shape(24, 96), new Shape(96, 24), new Shape(1, 32))) {
        NDArray x = single(rows, shape.get(1));
        NDArray w = single(shape.get(0), shape.get(1));
        NDArray b = single(shape.get(0));
        NDArray y = wide(x).matMul(wide(w).transpose());
        assertAffine(y, x, w, b, 1e-4);
        assertAffine(y, x, TorchFunctions.toBfloat16(w), b, 0.2);
        NDArray g = single(rows, shape.get(0));
        NDArray back = wide(TorchFunctions.call("affine_input", g, w));
        assertClose(wide(g).matMul(wide(w)), back, 1e-4);
      }
    }
  }

  @Test
  void productsGoThroughOneDnnWhereThisLibtorchHasIt() {
    assertTrue(TorchFunctions.source().contains("mkldnn._linear_pointwise"));
  }

  private static void assertAffine(NDArray y, NDArray x, NDArray w, NDArray b, double tolerance) {
    NDArray[] none = {};
    NDArray[] bias = {b};
    assertClose(y, wide(TorchFunctions.call("affine", x, w, none)), tolerance);
    assertClose(y.add(wide(b)), wide(TorchFunctions.call("affine", x, w, bias)), tolerance);
  }

  private static NDArray wide(NDArray x) {
    return x.toType(DataType.FLOAT64, true);
  }

  @Test
  void layerNorm() {
    NDArray x = random(2, 3, 5);
    NDArray w = random(5);
    NDArray b = random(5);
    NDArray centred = x.sub(x.mean(new int[] {-1}, true));
    NDArray variance = centred.square().mean(new int[] {-1}, true);
    NDArray twin = centred.div(variance.add(1e-5).sqrt()).mul(w).add(b);
    assertClose(twin, TorchFunctions.layerNorm(x, w, b, 1e-5), 1e-12);
    gradient(in -> TorchFunctions.layerNorm(in[0], in[1], in[2], 1e-5), x, w, b);
  }

  @Test
  void linearTakesOneDnnForWideFloat32Products() {
    NDArray x = single(2, 128, 256);
    NDArray w = single(256, 256);
    long before = TorchFunctions.calls().getOrDefault("linear_onednn", 0L);
    NDArray y = TorchFunctions.linear(x, w);
    assertEquals(before + 1, TorchFunctions.calls().get("linear_onednn"));
    assertClose(x.matMul(w.transpose()), y, 1e-3);
    try (GradientMode on = GradientMode.on()) {
      Torch.backward(TorchFunctions.linear(x, w).sum());
    }
    NDArray ones = manager.ones(new Shape(256, 256));
    assertClose(ones.matMul(w), x.getGradient().reshape(256, 256), 1e-3);
    assertClose(ones.transpose().matMul(x.reshape(256, 256)), w.getGradient(), 1e-3);
  }

  @Test
  void linearWithBfloat16Weights() {
    NDArray x = single(3, 8);
    NDArray w = single(4, 8);
    NDArray narrow = TorchFunctions.toBfloat16(w);
    assertTrue(Torch.isBfloat16(narrow));
    NDArray wide = TorchFunctions.cast(narrow, DataType.FLOAT32);
    assertClose(w, wide, 0.02);
    NDArray y = TorchFunctions.linear(x, narrow);
    assertEquals(DataType.FLOAT32, y.getDataType());
    assertClose(x.matMul(wide.transpose()), y, 0.05);
    try (GradientMode on = GradientMode.on()) {
      Torch.backward(TorchFunctions.linear(x, narrow).sum());
    }
    assertClose(manager.ones(new Shape(3, 4)).matMul(wide), x.getGradient(), 0.05);
  }

  @Test
  void embedding() {
    NDArray w = random(7, 3);
    NDArray ids = manager.create(new long[] {0, 2, 2, 6}, new Shape(2, 2));
    assertClose(w.get(ids.flatten()).reshape(2, 2, 3), TorchFunctions.embedding(w, ids), 0);
    gradient(in -> TorchFunctions.embedding(in[0], ids), w);
  }

  @Test
  void embeddingOfBfloat16IsFloat32() {
    NDArray w = single(7, 3);
    NDArray ids = manager.create(new long[] {0, 6}, new Shape(1, 2));
    NDArray rows = TorchFunctions.embedding(TorchFunctions.toBfloat16(w), ids);
    assertEquals(DataType.FLOAT32, rows.getDataType());
    assertClose(w.get(ids.flatten()).reshape(1, 2, 3), rows, 0.02);
  }

  @Test
  void rmsNorm() {
    NDArray x = random(2, 3, 5);
    NDArray w = random(5);
    NDArray twin = x.div(x.square().mean(new int[] {-1}, true).add(1e-6).sqrt()).mul(w);
    assertClose(twin, TorchFunctions.rmsNorm(x, w, 1e-6), 1e-12);
    gradient(in -> TorchFunctions.rmsNorm(in[0], in[1], 1e-6), x, w);
  }

  @Test
  void geluTanh() {
    NDArray x = random(17);
    NDArray inner = x.add(x.pow(3).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
    assertClose(x.mul(0.5).mul(inner.tanh().add(1)), TorchFunctions.geluTanh(x), 1e-12);
    gradient(in -> TorchFunctions.geluTanh(in[0]), x);
  }

  @Test
  void dropoutIsFixedByItsSeed() {
    NDArray x = random(5, 7);
    NDArray mask = TorchFunctions.keepMask(x, 0.3, 11);
    NDArray twin = x.mul(mask.toType(DataType.FLOAT64, true)).div(0.7);
    assertClose(twin, TorchFunctions.dropout(x, 0.3, 11), 1e-12);
    gradient(in -> TorchFunctions.dropout(in[0], 0.3, 11), x);
  }

  @Test
  void reluDropoutIsDropoutOfRelu() {
    NDArray x = random(5, 7);
    NDArray twin = TorchFunctions.dropout(x.maximum(0), 0.3, 11);
    assertClose(twin, TorchFunctions.reluDropout(x, 0.3, 11), 1e-12);
    gradient(in -> TorchFunctions.reluDropout(in[0], 0.3, 11), x);
  }

  @Test
  void dropoutMasksAreIndependentCoins() {
    NDArray x = manager.zeros(new Shape(400, 1001));
    double n = x.size();
    double[] first = coins(x, 0.1, 1);
    double[] second = coins(x, 0.1, 2);
    double deviation = Math.sqrt(0.1 * 0.9 / n);
    assertEquals(0.9, mean(first), 5 * deviation);
    assertEquals(0.9, mean(second), 5 * deviation);
    assertEquals(0.81, product(first, second, 0), 5 * Math.sqrt(0.81 * 0.19 / n));
    for (int lag : new int[] {1, 2, 3, 4, 5, 1001, 2002}) {
      assertEquals(0.81, product(first, first, lag), 6 * Math.sqrt(0.81 * 0.19 / n), "lag " + lag);
    }
    for (int position = 0; position < 4; position++) {
      double sum = 0;
      for (int i = position; i < first.length; i += 4) {
        sum += first[i];
      }
      assertEquals(0.9, sum / (n / 4), 10 * deviation, "place " + position + " of four");
    }
  }

  private static double[] coins(NDArray x, double p, long seed) {
    return GradientCheck.doubles(
        TorchFunctions.keepMask(x, p, Seeds.of(seed)).toType(DataType.FLOAT64, true));
  }

  private static double mean(double[] x) {
    return java.util.Arrays.stream(x).average().orElseThrow();
  }

  private static double product(double[] a, double[] b, int lag) {
    double sum = 0;
    for (int i = 0; i + lag < a.length; i++) {
      sum += a[i] * b[i + lag];
    }
    return sum / (a.length - lag);
  }

  private NDArray heads(NDArray x) {
    return x.reshape(2, x.getShape().get(1), 2, 3).transpose(0, 2, 1, 3);
  }

  private NDArray attentionTwin(NDArray q, NDArray k, NDArray v, NDArray bias, NDArray dropped) {
    NDArray weights = heads(q).matMul(heads(k).transpose(0, 1, 3, 2)).add(bias).softmax(-1);
    NDArray y = weights.mul(dropped).matMul(heads(v));
    return y.transpose(0, 2, 1, 3).reshape(2, q.getShape().get(1), 6);
  }

  @Test
  void attention() {
    NDArray q = random(2, 4, 6);
    NDArray k = random(2, 5, 6);
    NDArray v = random(2, 5, 6);
    NDArray bias = random(1, 2, 4, 5);
    NDArray all = manager.ones(new Shape(2, 2, 4, 5), DataType.FLOAT64);
    assertClose(
        attentionTwin(q, k, v, bias, all), TorchFunctions.attention(q, k, v, bias, 2, 0, 0), 1e-12);
    NDArray kept = TorchFunctions.keepMask(all, 0.2, 5).toType(DataType.FLOAT64, true).div(0.8);
    assertClose(
        attentionTwin(q, k, v, bias, kept),
        TorchFunctions.attention(q, k, v, bias, 2, 0.2, 5),
        1e-12);
    gradient(in -> TorchFunctions.attention(in[0], in[1], in[2], in[3], 2, 0.2, 5), q, k, v, bias);
  }

  @Test
  void fusedAttentionEqualsTheOther() {
    NDArray q = random(2, 4, 6);
    NDArray k = random(2, 5, 6);
    NDArray v = random(2, 5, 6);
    NDArray bias = random(2, 2, 4, 5);
    assertClose(
        TorchFunctions.attention(q, k, v, bias, 2, 0, 0),
        TorchFunctions.fusedAttention(q, k, v, bias, 2),
        1e-12);
    gradient(in -> TorchFunctions.fusedAttention(in[0], in[1], in[2], in[3], 2), q, k, v, bias);
  }

  @Test
  void positionBias() {
    NDArray table = random(4, 2);
    NDArray buckets = manager.create(new long[] {0, 3, 1, 1, 2, 3}, new Shape(2, 3));
    NDArray mask = random(3, 1, 1, 3);
    NDArray twin =
        table.get(buckets.flatten()).reshape(2, 3, 2).transpose(2, 0, 1).expandDims(0).add(mask);
    assertClose(twin, TorchFunctions.positionBias(table, buckets, mask), 0);
    gradient(in -> TorchFunctions.positionBias(in[0], buckets, in[1]), table, mask);
  }

  @Test
  void crossEntropyIgnoresMinusHundred() {
    NDArray logits = random(2, 2, 5);
    NDArray labels = manager.create(new long[] {1, -100, 4, 0}, new Shape(2, 2));
    NDArray p = logits.logSoftmax(-1).reshape(4, 5);
    double twin = -(p.getDouble(0, 1) + p.getDouble(2, 4) + p.getDouble(3, 0)) / 3;
    assertEquals(twin, TorchFunctions.crossEntropy(logits, labels).getDouble(), 1e-12);
    gradient(in -> TorchFunctions.crossEntropy(in[0], labels), logits);
  }

  private NDArray kroneckerTwin(NDArray a, NDArray b) {
    NDList sum = new NDList();
    for (int i = 0; i < 3; i++) {
      NDArray ai = a.get(i).reshape(3, 1, 3, 1);
      NDArray bi = b.get(i).reshape(1, 2, 1, 4);
      sum.add(ai.mul(bi).reshape(6, 12));
    }
    return NDArrays.add(sum.toArray(new NDArray[0]));
  }

  @Test
  void kroneckerSumAndProducts() {
    NDArray a = random(3, 3, 3);
    NDArray b = random(3, 2, 4);
    NDArray s = random(3, 2, 2);
    NDArray t = random(3, 2, 4);
    NDArray x = random(2, 5, 6);
    NDArray st =
        NDArrays.stack(
            new NDList(
                s.get(0).matMul(t.get(0)), s.get(1).matMul(t.get(1)), s.get(2).matMul(t.get(2))));
    assertClose(kroneckerTwin(a, b), TorchFunctions.kroneckerSum(a, b), 1e-12);
    assertClose(st, TorchFunctions.factorProduct(s, t), 1e-12);
    assertClose(x.matMul(kroneckerTwin(a, b)), TorchFunctions.phm(x, a, b, null), 1e-12);
    assertClose(x.matMul(kroneckerTwin(a, st)), TorchFunctions.lowRankPhm(x, a, s, t, null), 1e-12);
    gradient(in -> TorchFunctions.kroneckerSum(in[0], in[1]), a, b);
    gradient(in -> TorchFunctions.factorProduct(in[0], in[1]), s, t);
    gradient(
        in -> TorchFunctions.phm(in[0], in[1], in[2], in[3]),
        x,
        random(3, 3, 3),
        random(3, 2, 4),
        random(12));
    gradient(
        in -> TorchFunctions.lowRankPhm(in[0], in[1], in[2], in[3], in[4]),
        random(2, 5, 6),
        random(3, 3, 3),
        random(3, 2, 2),
        random(3, 2, 4),
        random(12));
  }

  /** H_2L = [[H, H], [H, -H]]. */
  private NDArray hadamardTwin(int size) {
    NDArray h = manager.ones(new Shape(1, 1), DataType.FLOAT64);
    for (int l = 1; l < size; l *= 2) {
      h = h.concat(h, 1).concat(h.concat(h.neg(), 1), 0);
    }
    return h;
  }

  @Test
  void hadamard() {
    for (int size : new int[] {1, 2, 8, 16, 32, 128, 512}) {
      NDArray x = random(size);
      assertClose(hadamardTwin(size).matMul(x), TorchFunctions.hadamard(x), 1e-12);
    }
    gradient(in -> TorchFunctions.hadamard(in[0]), random(32));
  }

  @Test
  void fastfoodEqualsItsMatrices() {
    for (int k : new int[] {3, 16, 21, 32, 40}) { // below, at and above L = 32
      NDArray x = random(k);
      NamedRandom draws = new NamedRandom(k, "fastfood");
      byte[] signs = draws.signs(32);
      int[] places = draws.permutation(32);
      NDArray g = random(32);
      NDArray whole = manager.zeros(new Shape(32), DataType.FLOAT64);
      whole.set(new NDIndex(":" + Math.min(k, 32)), x.get(new NDIndex(":" + Math.min(k, 32))));
      NDArray b = manager.create(signs).toType(DataType.FLOAT64, true);
      NDArray h = hadamardTwin(32);
      NDArray inner = h.matMul(whole.mul(b)).get(manager.create(places));
      NDArray twin = h.matMul(inner.mul(g)).get(new NDIndex(":27"));
      int s = k == 3 ? 4 : k == 16 ? 16 : 32;
      NDArray reached = manager.create(java.util.Arrays.copyOf(signs, s));
      NDArray p = manager.create(java.util.Arrays.stream(places).map(place -> place % s).toArray());
      assertClose(twin, TorchFunctions.fastfood(x, reached, p, g, 27), 1e-11);
      gradient(in -> TorchFunctions.fastfood(in[0], reached, p, in[1], 27), x, g);
    }
  }

  @Test
  void scaleGradientKeepsTheValue() {
    NDArray x = random(5);
    try (GradientMode on = GradientMode.on()) {
      NDArray y = TorchFunctions.scaleGradient(x, 0.25);
      assertClose(x, y, 0);
      Torch.backward(y.mul(3).sum());
    }
    assertClose(manager.full(new Shape(5), 0.75f, DataType.FLOAT64), x.getGradient(), 0);
  }

  @Test
  void castsKeepTheGradient() {
    NDArray x = single(6);
    GradientCheck.check(1e-2, 1e-3, in -> TorchFunctions.cast(in[0], DataType.FLOAT64).square(), x);
    NDArray y = random(6);
    GradientCheck.check(1e-2, 1e-3, in -> TorchFunctions.cast(in[0], DataType.FLOAT32).square(), y);
  }

  @Test
  void adamWFollowsItsFormula() {
    NDArray p = random(2, 3);
    NDArray m = manager.zeros(p.getShape(), DataType.FLOAT64);
    NDArray v = manager.zeros(p.getShape(), DataType.FLOAT64);
    double[] expected = p.toDoubleArray();
    double[] m0 = new double[6];
    double[] v0 = new double[6];
    for (int step = 1; step <= 3; step++) {
      try (GradientMode on = GradientMode.on()) {
        Torch.backward(p.square().sum());
      }
      double[] g = p.getGradient().toDoubleArray();
      double norm = Math.sqrt(java.util.Arrays.stream(g).map(x -> x * x).sum());
      assertEquals(norm, UpdateFunctions.gradientNorm(List.of(p)).getDouble(), 1e-12);
      for (int i = 0; i < 6; i++) {
        m0[i] = 0.9 * m0[i] + 0.1 * 0.5 * g[i];
        v0[i] = 0.999 * v0[i] + 0.001 * 0.25 * g[i] * g[i];
        double size = 0.01 * Math.sqrt(1 - Math.pow(0.999, step)) / (1 - Math.pow(0.9, step));
        expected[i] -= size * m0[i] / (Math.sqrt(v0[i]) + 1e-8);
        expected[i] *= 1 - 0.01 * 0.1;
      }
      NDArray count = manager.create((float) step);
      UpdateFunctions.scaleGradients(List.of(p), 0.5);
      UpdateFunctions.adamW(List.of(p), List.of(m), List.of(v), count, 0.01, 0.9, 0.999, 1e-8, 0.1);
      assertArrayEquals(expected, p.toDoubleArray(), 1e-12);
      UpdateFunctions.zeroGradients(List.of(p));
      assertEquals(0, p.getGradient().abs().sum().getDouble());
    }
  }

  @Test
  void principalRowsAreTheMatrixsBestPart() {
    NDArray w = random(5, 7);
    NDArray all =
        TorchFunctions.principalRows(w, 5); // rows sqrt(s) v, so that (rows^T rows)^2 = W^T W
    NDArray gram = all.transpose().matMul(all);
    assertArrayEquals(
        w.transpose().matMul(w).toDoubleArray(), gram.matMul(gram).toDoubleArray(), 1e-9);
    double[] squares = all.mul(all).sum(new int[] {1}).toDoubleArray();
    for (int i = 1; i < squares.length; i++) {
      assertTrue(squares[i] <= squares[i - 1], "in order");
    }
    NDArray two = TorchFunctions.principalRows(w, 2);
    assertArrayEquals(all.get("0:2").toDoubleArray(), two.toDoubleArray(), 1e-12);
  }

  @Test
  void rowNormsAreThoseOfTheSum() {
    NDArray w = random(5, 7);
    NDArray a = random(2, 7);
    NDArray b = random(5, 2);
    NDArray sum = w.add(b.matMul(a).mul(1.5));
    assertArrayEquals(
        sum.mul(sum).sum(new int[] {1}).sqrt().toDoubleArray(),
        TorchFunctions.rowNorms(w, a, b, 1.5).toDoubleArray(),
        1e-12);
  }

  @Test
  void valuesAreAddedAtPlacesAndGetTheirGradients() {
    NDArray w = random(2, 3);
    NDArray places = manager.create(new long[] {4, 1});
    NDArray values = random(2);
    double[] expected = w.toDoubleArray();
    expected[4] += values.toDoubleArray()[0];
    expected[1] += values.toDoubleArray()[1];
    values.setRequiresGradient(true);
    try (GradientMode on = GradientMode.on()) {
      NDArray sum = TorchFunctions.addAt(w, places, values);
      assertArrayEquals(expected, sum.toDoubleArray(), 1e-12);
      Torch.backward(sum.mul(sum).sum());
    }
    double[] gradient = {2 * expected[4], 2 * expected[1]};
    assertArrayEquals(gradient, values.getGradient().toDoubleArray(), 1e-12);
  }

  @Test
  void rowsOfAnyAgeMoveAsTheyWouldAlone() {
    NDArray both = random(2, 3);
    NDArray m = random(2, 3);
    NDArray v = random(2, 3).square();
    NDArray age = manager.create(new double[] {1, 7}, new Shape(2, 1));
    List<NDArray> rows = List.of(both.get("0:1").duplicate(), both.get("1:2").duplicate());
    try (GradientMode on = GradientMode.on()) {
      Torch.backward(both.pow(4).sum());
      rows.forEach(row -> row.setRequiresGradient(true));
      rows.forEach(row -> Torch.backward(row.pow(4).sum()));
    }
    for (int i = 0; i < 2; i++) {
      String row = i + ":" + (i + 1);
      NDArray m0 = m.get(row).duplicate();
      NDArray v0 = v.get(row).duplicate();
      NDArray count = manager.create(i == 0 ? 1f : 7f);
      List<NDArray> alone = List.of(rows.get(i));
      UpdateFunctions.adamW(alone, List.of(m0), List.of(v0), count, 0.01, 0.9, 0.999, 1e-8, 0.1);
    }
    UpdateFunctions.adamWByAge(both, m, v, age, 0.01, 0.9, 0.999, 1e-8, 0.1);
    for (int i = 0; i < 2; i++) {
      double[] expected = rows.get(i).toDoubleArray();
      assertArrayEquals(expected, both.get(i).toDoubleArray(), 1e-12);
    }
  }

  @Test
  void aFunctionThatDoesNotCompileIsNamed() {
    String source =
        "def good(self, x: Tensor) -> Tensor:\n    return x\n\n"
            + "def bad(self, x: Tensor) -> Tensor:\n    return torch.no_such_operation(x)\n";
    IllegalStateException error =
        assertThrows(
            IllegalStateException.class,
            () -> TorchModule.compile(Torch.root(), source, Torch.version()));
    assertTrue(error.getMessage().contains("bad"), error.getMessage());
    assertTrue(error.getMessage().contains(Torch.version()), error.getMessage());
  }

  @Test
  void slicesStayDifferentiable() {
    NDArray x = random(4, 6);
    gradient(in -> in[0].get(new NDIndex(":, 1:3")).mul(2), x);
  }
}
