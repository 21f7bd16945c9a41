package io.github.compacter4j.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StartUpTest {
  private static final Pattern STAR = Pattern.compile("import ([\\w.]+)\\.\\*;");
  private static final Pattern SINGLE = Pattern.compile("import [\\w.]+\\.(\\w+);");

  @Test
  void importsOurPackagesButNotTheCommandLine() throws IOException {
    List<String> ours = StartUp.ours();
    assertTrue(ours.contains("io.github.compacter4j.figures"), ours.toString());
    assertTrue(ours.contains("io.github.compacter4j.notebook"), ours.toString());
    assertTrue(ours.stream().noneMatch(name -> (name + ".").contains(".cli.")), ours.toString());
  }

  /** A name that two imported packages have would stop a reader's cell with "is ambiguous". */
  @Test
  void noNameIsAmbiguous() throws IOException {
    Map<String, List<String>> byName = new TreeMap<>();
    Set<String> settled = new HashSet<>();
    for (String line : StartUp.imports()) {
      Matcher star = STAR.matcher(line);
      Matcher single = SINGLE.matcher(line);
      if (star.matches()) {
        for (String name : topLevelClasses(star.group(1))) {
          byName.computeIfAbsent(name, key -> new ArrayList<>()).add(star.group(1));
        }
      } else if (single.matches()) {
        settled.add(single.group(1));
      }
    }
    for (String known : List.of("List", "NDArray", "Table", "XYChart", "Charts")) {
      assertTrue(byName.containsKey(known), known);
    }
    Map<String, List<String>> ambiguous = new TreeMap<>();
    byName.forEach(
        (name, packages) -> {
          List<String> visible = packages.stream().filter(in -> isPublic(in + "." + name)).toList();
          if (visible.size() > 1 && !settled.contains(name)) {
            ambiguous.put(name, visible);
          }
        });
    assertEquals(Map.of(), ambiguous, "settle these in imports.txt");
  }

  @Test
  void everySingleImportIsThere() throws IOException {
    for (String line : StartUp.imports()) {
      if (SINGLE.matcher(line).matches()) {
        String name = line.replaceFirst("import ", "").replace(";", "");
        assertTrue(isPublic(name), name);
      }
    }
  }

  private static Set<String> topLevelClasses(String packageName) throws IOException {
    String folder = packageName.replace('.', '/');
    Set<String> names = new HashSet<>();
    for (URL url : Collections.list(StartUp.class.getClassLoader().getResources(folder))) {
      names.addAll(classesAt(url, folder));
    }
    Path javaBase = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("modules", "java.base");
    if (Files.isDirectory(javaBase.resolve(folder))) {
      names.addAll(classesIn(javaBase.resolve(folder)));
    }
    return names;
  }

  private static Set<String> classesAt(URL url, String folder) throws IOException {
    if (url.getProtocol().equals("file")) {
      return classesIn(Path.of(URI.create(url.toString())));
    }
    String jar = url.getPath().substring(0, url.getPath().indexOf('!'));
    try (FileSystem files = FileSystems.newFileSystem(Path.of(URI.create(jar)))) {
      return classesIn(files.getPath(folder));
    }
  }

  private static Set<String> classesIn(Path folder) throws IOException {
    Set<String> names = new HashSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".class"))
          .filter(name -> !name.contains("$") && !name.contains("-"))
          .forEach(name -> names.add(name.substring(0, name.length() - ".class".length())));
    }
    return names;
  }

  private static boolean isPublic(String name) {
    try {
      ClassLoader loader = StartUp.class.getClassLoader();
      return Modifier.isPublic(Class.forName(name, false, loader).getModifiers());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(name, e);
    }
  }
}
