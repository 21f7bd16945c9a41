package io.github.compacter4j.analysis;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.SafetensorsFile;
import io.github.compacter4j.model.AdapterTensor;
import io.github.compacter4j.torch.Torch;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The dense weights of every adapter of one model, whatever form they were trained in. */
public final class AdapterWeights {
  private final SortedMap<String, Adapter> adapters;

  private AdapterWeights(SortedMap<String, Adapter> adapters) {
    this.adapters = adapters;
  }

  /**
   * One adapter, biases aside.
   *
   * @param down (d, k)
   * @param up (k, d)
   */
  public record Adapter(INDArray down, INDArray up) {

    /** What it adds to its input but for the non-linearity and biases: down up (d, d), rank k. */
    public INDArray update() {
      return down.mmul(up);
    }
  }

  /**
   * The adapters of a run's {@code adapter.safetensors}.
   *
   * @throws UserException if the file cannot be read or holds no adapters
   */
  public static AdapterWeights read(Path file) {
    SortedMap<String, INDArray> tensors = new TreeMap<>();
    try (SafetensorsFile source = SafetensorsFile.open(file);
        NDManager manager = Torch.newManager()) {
      for (String name : source.names()) {
        try (NDArray tensor = source.read(name, manager)) {
          tensors.put(name, DoubleArrays.of(tensor));
        }
      }
    }
    return of(tensors, file.toString());
  }

  /**
   * The adapters among live parameters, for instance of {@code adaptation.trainable()}.
   *
   * @throws UserException if there are none
   */
  public static AdapterWeights of(Map<String, Parameter> parameters) {
    SortedMap<String, INDArray> tensors = new TreeMap<>();
    parameters.forEach((name, value) -> tensors.put(name, DoubleArrays.of(value.getArray())));
    return of(tensors, "the model");
  }

  private static AdapterWeights of(SortedMap<String, INDArray> tensors, String source) {
    SortedMap<String, Map<String, INDArray>> downs = new TreeMap<>();
    SortedMap<String, Map<String, INDArray>> ups = new TreeMap<>();
    tensors.forEach(
        (name, tensor) ->
            AdapterTensor.of(name)
                .ifPresent(
                    part ->
                        (part.side().equals("down") ? downs : ups)
                            .computeIfAbsent(part.site(), site -> shared(tensors, part.side()))
                            .put(part.tensor(), tensor)));
    if (downs.isEmpty()) {
      throw new UserException(
          source + " has no adapters; its tensors start with " + first(tensors));
    }
    SortedMap<String, Adapter> adapters = new TreeMap<>();
    downs.forEach(
        (site, down) ->
            adapters.put(site, new Adapter(DenseWeights.of(down), DenseWeights.of(ups.get(site)))));
    return new AdapterWeights(adapters);
  }

  /** The tensors that all layers of a side use: A, and B where that is shared too. */
  private static Map<String, INDArray> shared(SortedMap<String, INDArray> tensors, String side) {
    Map<String, INDArray> shared = new TreeMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.startsWith("phm_rule")) {
            shared.put(name, tensor);
          } else if (name.startsWith("W_" + side)) {
            shared.put("W" + name.substring(2 + side.length()), tensor);
          }
        });
    return shared;
  }

  private static String first(SortedMap<String, INDArray> tensors) {
    return tensors.isEmpty() ? "none" : tensors.firstKey();
  }

  /** The adapters by their place, for instance {@code decoder.block.3.layer.2}. */
  public SortedMap<String, Adapter> bySite() {
    return Collections.unmodifiableSortedMap(adapters);
  }
}
