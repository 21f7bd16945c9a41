package io.github.compacter4j.adapters;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import io.github.compacter4j.Home;
import io.github.compacter4j.checkpoint.SafetensorsWriter;
import io.github.compacter4j.files.AtomicFiles;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.torch.NamedRandom;
import io.github.compacter4j.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/** The folder of a random gated T5 (version 1.1; d 24, two blocks a stack), the bundled words. */
final class GatedT5 {
  private GatedT5() {}

  static Path write(Path folder) throws IOException {
    Path bundled = Home.folder().orElseThrow().resolve("data/t5-tiny-en");
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"model_type":"t5","architectures":["T5ForConditionalGeneration"],"vocab_size":8100,
         "d_model":24,"d_kv":5,"d_ff":40,"num_layers":2,"num_decoder_layers":2,"num_heads":4,
         "relative_attention_num_buckets":32,"relative_attention_max_distance":128,
         "dropout_rate":0.1,"layer_norm_epsilon":1e-6,"initializer_factor":1.0,
         "feed_forward_proj":"gated-gelu","is_encoder_decoder":true,"use_cache":true,
         "decoder_start_token_id":0,"pad_token_id":0,"eos_token_id":1,"tie_word_embeddings":false}
        """);
    for (String name : new String[] {"spiece.model", "tokenizer.json", "tokenizer_config.json"}) {
      if (Files.exists(bundled.resolve(name))) {
        Files.copy(bundled.resolve(name), folder.resolve(name));
      }
    }
    T5Config config = T5Config.read(folder.resolve("config.json"));
    try (NDManager manager = Torch.newManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      SortedMap<String, NDArray> tensors = new TreeMap<>();
      config
          .shapes()
          .forEach(
              (name, shape) -> {
                float[] values =
                    new NamedRandom(11, name).normal(Math.toIntExact(shape.size()), 0.2);
                NDArray tensor = manager.create(values, shape);
                tensors.put(name, name.endsWith("layer_norm.weight") ? tensor.add(1) : tensor);
              });
      AtomicFiles.write(
          folder.resolve("model.safetensors"), out -> SafetensorsWriter.write(tensors, out));
    }
    return folder;
  }
}
