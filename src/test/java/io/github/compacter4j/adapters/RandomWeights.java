package io.github.compacter4j.adapters;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import io.github.compacter4j.checkpoint.SafetensorsWriter;
import io.github.compacter4j.files.AtomicFiles;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.torch.NamedRandom;
import io.github.compacter4j.torch.Torch;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/** Weights of a model that no training has seen. */
final class RandomWeights {
  private RandomWeights() {}

  /** Writes N(0, 0.2^2), norms' scales around one, as a model's folder has them. */
  static void write(Anatomy anatomy, String scales, Path folder) {
    try (NDManager manager = Torch.newManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      SortedMap<String, NDArray> tensors = new TreeMap<>();
      anatomy
          .shapes()
          .forEach(
              (name, shape) -> {
                float[] values =
                    new NamedRandom(11, name).normal(Math.toIntExact(shape.size()), 0.2);
                NDArray tensor = manager.create(values, shape);
                tensors.put(name, name.endsWith(scales) ? tensor.add(1) : tensor);
              });
      AtomicFiles.write(
          folder.resolve("model.safetensors"), out -> SafetensorsWriter.write(tensors, out));
    }
  }
}
