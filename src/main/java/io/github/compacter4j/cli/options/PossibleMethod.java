package io.github.compacter4j.cli.options;

import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.model.Anatomy;

/** The methods of a command that takes several. */
public final class PossibleMethod {
  private PossibleMethod() {}

  /**
   * A method with every {@code auto} resolved for a model.
   *
   * @throws UserException naming the method where it is unknown, or impossible for the model
   */
  public static Method of(String spec, Anatomy anatomy) {
    Method method = Methods.parse(spec);
    try {
      return method.resolve(anatomy);
    } catch (UserException e) {
      throw UserException.usage("method " + spec + ": " + e.getMessage());
    }
  }
}
