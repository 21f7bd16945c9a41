package io.github.compacter4j.cli.options;

import io.github.compacter4j.Names;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The values of an option that are the constants of an enum: in lower case, as help has them.
 *
 * @param <E> the enum
 */
public final class Words<E extends Enum<E>> implements ITypeConverter<E> {
  private final Class<E> type;

  public Words(Class<E> type) {
    this.type = type;
  }

  @Override
  public E convert(String word) {
    List<E> constants = List.of(type.getEnumConstants());
    return constants.stream()
        .filter(constant -> constant.name().equalsIgnoreCase(word))
        .findFirst()
        .orElseThrow(() -> unknown(word, constants));
  }

  private TypeConversionException unknown(String word, List<E> constants) {
    List<String> known = constants.stream().map(c -> c.name().toLowerCase(Locale.ROOT)).toList();
    return new TypeConversionException(Names.unknown("value", word, known).getMessage());
  }
}
