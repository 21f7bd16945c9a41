package io.github.compacter4j.hub;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files wanted of a repository on the hub.
 *
 * @param required files without which the repository is of no use
 * @param weights whether the weights are wanted: {@code model.safetensors}, else {@code
 *     model.safetensors.index.json} with all the shards that it names
 * @param optional files that are fetched along with the others where they exist
 */
public record HubFiles(List<String> required, boolean weights, List<String> optional) {
  // first: the constructor of MODEL needs it
  private static final Pattern PLAIN = Pattern.compile("\\w[\\w.-]*");

  private static final Pattern PATH = Pattern.compile(PLAIN + "(/" + PLAIN + ")*");

  /** How a sentence encoder reduces its states to one. */
  public static final String POOLING = "1_Pooling/config.json";

  /** Configuration, weights and tokenizer: all that a model needs. */
  public static final HubFiles MODEL =
      new HubFiles(
          List.of("config.json", "tokenizer.json"),
          true,
          List.of("spiece.model", "tokenizer_config.json", POOLING));

  /** What a sentence encoder needs besides: how it reduces its states to one. */
  public static final HubFiles SENTENCE_ENCODER =
      new HubFiles(
          List.of("config.json", "tokenizer.json", POOLING),
          true,
          List.of("vocab.txt", "tokenizer_config.json", "special_tokens_map.json"));

  static final String WEIGHTS = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  /**
   * Checks the names.
   *
   * @throws UserException where a name leads out of the repository, or nothing at all is wanted
   */
  public HubFiles {
    required = List.copyOf(required);
    optional = List.copyOf(optional);
    if (required.isEmpty() && !weights) {
      throw UserException.usage("files of a repository: expected at least one, found none");
    }
    Stream.concat(required.stream(), optional.stream())
        .filter(name -> !PATH.matcher(name).matches())
        .forEach(
            name -> {
              throw UserException.usage(
                  "file of a repository: expected a name, found '" + Names.shortened(name) + "'");
            });
  }

  /** Some files, all of them required, without weights. */
  public static HubFiles of(String... required) {
    return new HubFiles(List.of(required), false, List.of());
  }

  /** Whether this is a name alone: no folder, no way out of the snapshot. */
  static boolean isPlain(String name) {
    return PLAIN.matcher(name).matches();
  }
}
