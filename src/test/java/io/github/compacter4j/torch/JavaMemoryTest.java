package io.github.compacter4j.torch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What DJL makes from Java's numbers lies in Java's memory: the graph of a backward pass may not
 * keep it, since the garbage collector frees it.
 */
class JavaMemoryTest {
  private static final int TENSORS = 2000;

  @Test
  void aScaledTensorKeepsItsFactorWhateverTheCollectorFrees() {
    try (NDManager manager = Torch.newManager()) {
      NDArray x = manager.ones(new Shape(2));
      x.setRequiresGradient(true);
      List<NDArray> scaled = new ArrayList<>();
      try (GradientMode on = GradientMode.on()) {
        for (int i = 0; i < TENSORS; i++) {
          scaled.add(TorchFunctions.scale(x, 0.5));
        }
        List<ByteBuffer> overwritten = collectAndOverwrite();
        for (NDArray y : scaled) {
          Torch.backward(y, y.onesLike());
        }
        overwritten.clear();
      }
      float sum = TENSORS * 0.5f;
      assertArrayEquals(new float[] {sum, sum}, x.getGradient().toFloatArray());
    }
  }

  /** Makes the collector free buffers, and takes their memory for values that are no numbers. */
  private static List<ByteBuffer> collectAndOverwrite() {
    List<ByteBuffer> buffers = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      System.gc();
      try {
        Thread.sleep(100); // the cleaner's thread frees what was collected
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      for (int i = 0; i < 5 * TENSORS; i++) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        buffer.putDouble(Double.NaN);
        buffers.add(buffer);
      }
    }
    return buffers;
  }

  /** Exports and averages, in {@code checkpoint}, have no graph. */
  @Test
  void noProductThatHasAGraphTakesANumber() {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.github.compacter4j");
    for (String method : List.of("mul", "muli", "div", "divi", "pow", "powi")) {
      noClasses()
          .that()
          .resideOutsideOfPackage("..checkpoint..")
          .should()
          .callMethod(NDArray.class, method, Number.class)
          .because("the graph would keep Java's memory; TorchFunctions.scale does not")
          .check(classes);
    }
  }
}
