package io.github.compacter4j.learner;

import io.github.compacter4j.Home;
import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.Pickled;
import io.github.compacter4j.hub.ModelFolders;
import io.github.compacter4j.run.FrontEnd;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a model's files are, by the name that a user writes. */
public final class ModelFiles {
  /** The name of the small model that comes with the project. */
  public static final String BUNDLED = "bundled";

  private ModelFiles() {}

  /**
   * The folder of {@code bundled}, of {@code minilm}, of a name on the hub, which is downloaded
   * unless it is there, or the folder itself.
   *
   * @throws UserException if it cannot be found or downloaded
   */
  public static Path find(String model) {
    if (model.equals(BUNDLED)) {
      return bundled();
    }
    Path folder = Path.of(model);
    if (model.equals(ModelFolders.MINILM)) {
      return ModelFolders.usual(FrontEnd.downloads()).folder(model);
    }
    if (Files.isDirectory(folder)) {
      return folder;
    }
    if (Files.exists(folder)) {
      Pickled.refuse(folder);
      throw new UserException(model + ": a file, expected the folder of a model");
    }
    if (model.startsWith(".")
        || model.startsWith("/")
        || model.chars().filter(c -> c == '/').count() > 1) {
      throw new UserException("model folder " + model + " does not exist");
    }
    return ModelFolders.usual(FrontEnd.downloads()).folder(model);
  }

  /** The name of a model that means the same from any working directory. */
  public static String absolute(String model) {
    boolean isFolder =
        !model.equals(BUNDLED)
            && !model.equals(ModelFolders.MINILM)
            && Files.isDirectory(Path.of(model));
    return isFolder ? Path.of(model).toAbsolutePath().normalize().toString() : model;
  }

  /**
   * The folder of the model that comes with the project.
   *
   * @throws UserException where the project's folder is not known or lacks it
   */
  public static Path bundled() {
    Path folder =
        Home.folder()
            .orElseThrow(
                () ->
                    new UserException(
                        "the bundled model lies in the project's folder data/t5-tiny-en; set "
                            + Home.VARIABLE
                            + " to the project's folder"))
            .resolve("data")
            .resolve("t5-tiny-en");
    if (!Files.isDirectory(folder)) {
      throw new UserException(folder + ": the bundled model is not there");
    }
    return folder;
  }
}
