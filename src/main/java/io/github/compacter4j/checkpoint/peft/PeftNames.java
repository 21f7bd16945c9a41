package io.github.compacter4j.checkpoint.peft;

import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Names of files and tensors in a folder of {@code peft}. */
final class PeftNames {
  /** The file of the adapter's tensors. */
  static final String TENSORS = "adapter_model.safetensors";

  /** The file of a head that no class of transformers has. */
  static final String HEAD = "head.safetensors";

  private static final String OF_ALL = "base_model.";
  private static final String OF_MODULE = "base_model.model.";
  private static final Pattern PREFIX =
      Pattern.compile("^base_model\\.(model\\.((bert|roberta)\\.)?)?");

  private PeftNames() {}

  /** The name in the file; one without a dot belongs to the whole model. */
  static String file(String ours, UnaryOperator<String> naming) {
    return ours.indexOf('.') < 0 ? OF_ALL + ours : OF_MODULE + naming.apply(ours);
  }

  /** The name here of a tensor in the file. */
  static String ours(String file) {
    return PREFIX.matcher(file).replaceFirst("");
  }
}
