package io.github.compacter4j.tasks.find;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A place to look at: a folder or a zip. */
record Candidate(Edition edition, Path at, String place) {
  static final String ZIP = ".zip";

  private boolean isZip() {
    return at.toString().endsWith(ZIP) && Files.isRegularFile(at);
  }

  /** What is there, if all is there that the edition needs. */
  Optional<Found> found() {
    if (isZip()) {
      return inZip().map(folder -> new Found(edition, folder, place));
    }
    boolean complete =
        edition.required().stream().allMatch(name -> Files.isRegularFile(at.resolve(name)));
    return complete ? Optional.of(new Found(edition, at, place)) : Optional.empty();
  }

  /** Whether it has the name that the set has in a folder of benchmarks. */
  boolean isNamed() {
    String name = place.endsWith(ZIP) ? place.substring(0, place.length() - 4) : place;
    return edition.locations().stream().anyMatch(at -> Path.of(at).endsWith(name));
  }

  private Optional<Path> inZip() {
    String location = edition.locations().isEmpty() ? place : edition.locations().get(0);
    Set<String> all = new LinkedHashSet<>(edition.required());
    Stream.concat(edition.files().values().stream(), edition.others().stream())
        .forEach(file -> all.add(file.name()));
    String name = location.substring(location.lastIndexOf('/') + 1);
    return ZipFolder.find(at, name, edition.required(), all);
  }
}
