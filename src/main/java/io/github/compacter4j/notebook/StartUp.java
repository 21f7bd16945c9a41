package io.github.compacter4j.notebook;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The imports that every notebook starts with. */
final class StartUp {
  private static final String ROOT = "io/github/compacter4j";

  private StartUp() {}

  /** IJava's helpers, the libraries' names, and every package of ours that exists, one a line. */
  static List<String> imports() throws IOException {
    Stream<String> ours = ours().stream().map(name -> "import " + name + ".*;");
    return Stream.concat(libraries(), ours).toList();
  }

  private static Stream<String> libraries() throws IOException {
    try (InputStream list = StartUp.class.getResourceAsStream("imports.txt")) {
      String text = new String(list.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().filter(line -> line.startsWith("import "));
    }
  }

  /** Our packages on the class path, the command line's excepted, in alphabetical order. */
  static List<String> ours() throws IOException {
    Path source = source();
    if (Files.isDirectory(source)) {
      return packages(source.resolve(ROOT));
    }
    try (FileSystem jar = FileSystems.newFileSystem(source)) {
      return packages(jar.getPath(ROOT));
    }
  }

  private static Path source() {
    try {
      return Path.of(StartUp.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the class path is no file", e);
    }
  }

  private static List<String> packages(Path root) throws IOException {
    Path base = root.getParent().getParent().getParent();
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .filter(file -> !file.endsWith("package-info.class"))
          .map(file -> base.relativize(file.getParent()).toString().replaceAll("[/\\\\]", "."))
          .filter(name -> !(name + ".").startsWith("io.github.compacter4j.cli."))
          .distinct()
          .sorted()
          .toList();
    }
  }
}
