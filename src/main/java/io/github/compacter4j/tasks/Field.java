package io.github.compacter4j.tasks;

/**
 * A text of a task and its place in the source.
 *
 * @param prefix what stands before the text in the source, without the blank between them
 * @param name the text's name in tables and in input files
 * @param header the name of its column in the published files
 */
public record Field(String prefix, String name, String header) {
  /** A text introduced by its name and a colon, from the column of that name. */
  public static Field named(String name) {
    return named(name, name);
  }

  /** A text introduced by its name and a colon, from a column of another name. */
  public static Field named(String name, String header) {
    return new Field(name + ":", name, header);
  }
}
