package io.github.compacter4j.notebook;

import io.github.compacter4j.UserException;
import io.github.compacter4j.learner.ModelFiles;
import io.github.compacter4j.learner.Pretrained;

/** The models of chapters. */
public final class Models {
  private Models() {}

  /**
   * A model by its name; where its files can be had nowhere, the bundled T5, which one line says.
   *
   * @throws UserException where the files are there and cannot be read
   */
  public static Pretrained orBundled(String name) {
    return Pretrained.load(isToBeHad(name) ? name : ModelFiles.BUNDLED);
  }

  private static boolean isToBeHad(String name) {
    try {
      ModelFiles.find(name);
      return true;
    } catch (UserException e) {
      String why = e.getMessage().lines().findFirst().orElse("");
      System.out.printf("goes on with the bundled T5, since %s cannot be had: %s%n", name, why);
      return false;
    }
  }
}
