package io.github.compacter4j.checkpoint;

import io.github.compacter4j.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Refuses files of pickled Python objects, which can run code when read. */
public final class Pickled {
  private static final Pattern NAME = Pattern.compile(".+\\.(bin|pt|pth|ckpt|pkl)");

  private Pickled() {}

  /**
   * Refuses a file that is pickled by its name.
   *
   * @throws UserException saying how to convert it
   */
  public static void refuse(Path file) {
    String name = file.getFileName().toString();
    if (!NAME.matcher(name).matches()) {
      return;
    }
    String converted = name.substring(0, name.lastIndexOf('.')) + ".safetensors";
    throw new UserException(
        file
            + ": a file of pickled Python objects can run code when it is read; convert it in Python:"
            + " tensors = torch.load('"
            + name
            + "', weights_only=True);"
            + " safetensors.torch.save_file(tensors, '"
            + converted
            + "')");
  }

  /**
   * Refuses a model folder whose weights are pickled.
   *
   * @param type the class of the Python library transformers that reads such folders
   * @throws UserException naming the file and saying how to convert the folder
   */
  static void refuseIn(Path folder, String type) {
    try (Stream<Path> files = Files.list(folder)) {
      Optional<String> pickled =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> NAME.matcher(name.replace(".index.json", "")).matches())
              .sorted()
              .findFirst();
      if (pickled.isPresent()) {
        throw new UserException(
            folder
                + ": holds "
                + pickled.get()
                + ", pickled Python objects, which can run code when read; convert it in Python:"
                + " model = "
                + type
                + ".from_pretrained(folder);"
                + " model.save_pretrained(folder, safe_serialization=True)");
      }
    } catch (IOException e) {
      throw new UserException(folder + ": cannot be read", e);
    }
  }
}
