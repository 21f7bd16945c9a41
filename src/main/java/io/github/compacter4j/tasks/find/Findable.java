package io.github.compacter4j.tasks.find;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Something whose files can be looked for: a task. */
public interface Findable {
  /** What messages call it. */
  String name();

  /** Forms of its data, the preferred one first. */
  List<Edition> editions();

  /** The YAML file that defines it, and beside which its files lie; empty where none does. */
  Optional<Path> definition();
}
