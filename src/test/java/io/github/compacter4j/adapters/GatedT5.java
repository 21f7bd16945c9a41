package io.github.compacter4j.adapters;

import io.github.compacter4j.Home;
import io.github.compacter4j.t5.T5Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
    RandomWeights.write(T5Config.read(folder.resolve("config.json")), "layer_norm.weight", folder);
    return folder;
  }
}
