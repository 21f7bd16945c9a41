package io.github.compacter4j.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.files.Hashes;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What {@code config.json} holds: everything needed to repeat a run.
 *
 * @param model name or folder of the base model
 * @param modelSha256 fingerprint of its tensors
 * @param task the task's name, or the file that defines it
 * @param dataSeed seed of splits and subsets
 * @param maxTrainSamples training rows kept; 0 for all
 * @param data folder of the data; null for the usual places
 * @param spec the method, resolved
 * @param seed seed of initialisation, order and dropout
 * @param precision {@code float32}, or {@code bf16} for frozen matrices in bfloat16
 * @param pooling how an encoder's states become one vector; null for other models
 * @param start the adapter that training starts from; null for the method's own start
 * @param protocol all settings of training
 */
@JsonInclude
public record RunConfig(
    String model,
    String modelSha256,
    String task,
    long dataSeed,
    int maxTrainSamples,
    String data,
    String spec,
    long seed,
    String precision,
    @JsonInclude(JsonInclude.Include.NON_NULL) String pooling,
    @JsonInclude(JsonInclude.Include.NON_NULL) Start start,
    Protocol protocol) {

  /**
   * An adapter that training starts from.
   *
   * @param folder of its two files
   * @param sha256 of its tensors' file
   */
  public record Start(String folder, String sha256) {

    /** The adapter in a folder. */
    public static Start of(Path folder) {
      Path file = folder.resolve(AdapterFile.NAME);
      try {
        return new Start(folder.toAbsolutePath().normalize().toString(), Hashes.sha256(file));
      } catch (IOException e) {
        throw new UserException(file + ": cannot be read", e);
      }
    }

    /**
     * The folder.
     *
     * @throws UserException if its tensors are not those of this start any more
     */
    public Path path() {
      Path path = Path.of(folder);
      if (!of(path).equals(this)) {
        throw new UserException(
            "%s: not the adapter that the run started from, whose tensors have SHA-256 %s"
                .formatted(folder, sha256));
      }
      return path;
    }
  }
}
