package io.github.compacter4j.adapters;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Parameter;
import io.github.compacter4j.Home;
import io.github.compacter4j.model.Adaptation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Cases on small base models, each in a folder of its own. */
final class PeftCases {
  private final Path folder;
  private int number;

  /** Cases and their base models under this folder. */
  PeftCases(Path folder) {
    this.folder = folder;
  }

  PeftCase t5(Path base) {
    return new PeftCase(folder.resolve("case" + number++), base, "t5", "sst2");
  }

  PeftCase bundledT5() {
    return t5(bundled());
  }

  PeftCase encoder(Path base, String model, String task) {
    return new PeftCase(folder.resolve("case" + number++), base, model, task);
  }

  static Path bundled() {
    return Home.folder().orElseThrow().resolve("data/t5-tiny-en");
  }

  Path gated() throws IOException {
    return GatedT5.write(folder.resolve("gated"));
  }

  Path tiny(String type) throws IOException {
    Path there = folder.resolve(type);
    return Files.exists(there) ? there : TinyEncoders.write(there, type);
  }

  /** Masks another triplet of each matrix, and all of one matrix. */
  static void mask(Adaptation adaptation) {
    int matrix = 0;
    for (Map.Entry<String, Parameter> tensor : adaptation.trainable().entrySet()) {
      if (tensor.getKey().endsWith("lora_E")) {
        NDArray e = tensor.getValue().getArray();
        e.set(new NDIndex(matrix == 1 ? ":" : matrix % 3 + ":" + (matrix % 3 + 1)), 0);
        matrix++;
      }
    }
  }
}
