package io.github.compacter4j.text;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.util.Utils;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The door to the tokenizers' native library, which is unpacked at its first use. */
final class TokenizerLibrary {
  private static final Map<String, String> OPTIONS =
      Map.of("addSpecialTokens", "true", "truncation", "false", "padding", "false");

  private TokenizerLibrary() {}

  /**
   * Opens a {@code tokenizer.json}.
   *
   * @throws UserException where the file is another one, or the library cannot be unpacked
   */
  static HuggingFaceTokenizer open(Path file) {
    try {
      return HuggingFaceTokenizer.newInstance(file, OPTIONS);
    } catch (EngineException e) { // the reason stands in the library's log alone
      Path folder = Utils.getEngineCacheDir("tokenizers");
      Folders.requireRoom(
          folder,
          "the tokenizers' library is unpacked there; ENGINE_CACHE_DIR names another folder");
      throw new UserException("the tokenizers' library cannot be loaded from " + folder, e);
    } catch (IOException | RuntimeException e) {
      throw new UserException(file + ": expected a Hugging Face tokenizer", e);
    }
  }
}
