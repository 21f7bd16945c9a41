package io.github.compacter4j.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Goldens;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** H and y of the reference from Kronecker products written out, without any torch. */
class PhmDenseGoldenTest {
  static List<String> files() {
    return Goldens.names("phm_.*\\.json");
  }

  @ParameterizedTest
  @MethodSource("files")
  void inDoublePrecision(String file) {
    JsonNode golden = Goldens.file(file);
    Map<String, INDArray> tensors = new TreeMap<>();
    golden
        .required("params")
        .properties()
        .forEach(entry -> tensors.put(entry.getKey(), array(entry.getValue())));
    INDArray h = DenseWeights.of(tensors);
    if (golden.has("H")) {
      assertClose(file + " H", golden.required("H"), h);
    }
    INDArray x = array(golden.required("x"));
    INDArray y = x.reshape('c', -1, h.rows()).mmul(h);
    INDArray bias = tensors.get("b");
    INDArray biased = bias == null ? y : y.addRowVector(bias);
    long[] shape = x.shape();
    shape[shape.length - 1] = h.columns();
    assertClose(file + " y", golden.required("y"), biased.reshape('c', shape));
  }

  private static void assertClose(String what, JsonNode expected, INDArray actual) {
    Goldens.Tensor tensor = Goldens.tensor(expected);
    assertArrayEquals(tensor.shape(), actual.shape(), what);
    Goldens.assertClose(what, tensor.data(), actual.dup('c').data().asDouble(), 1e-9);
  }

  private static INDArray array(JsonNode node) {
    Goldens.Tensor tensor = Goldens.tensor(node);
    return Nd4j.createFromArray(tensor.data()).reshape('c', tensor.shape());
  }
}
