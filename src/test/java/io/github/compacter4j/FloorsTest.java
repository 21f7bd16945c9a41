package io.github.compacter4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Holds the table of {@code docs/architecture.md}: a room, which is a package with those inside it,
 * uses rooms below it alone, and neither rooms nor the files of a room go round in circles.
 */
@AnalyzeClasses(packages = FloorsTest.ROOT, importOptions = ImportOption.DoNotIncludeTests.class)
class FloorsTest {
  static final String ROOT = "io.github.compacter4j";
  private static final int MOST_FILES = 25;
  private static final String BUILDER = "Builder"; // of the library that writes them for records

  /** A row of the page's table: rooms, their job, what they may use. */
  private static final Pattern ROW = Pattern.compile("\\| (`[^|]*) \\| [^|]* \\| ([^|]*) \\|");

  private static final Pattern PACKAGE =
      Pattern.compile("package io\\.github\\.compacter4j(?:\\.(\\w+)[.\\w]*)?;");
  private static final Pattern IMPORT =
      Pattern.compile("import (?:static )?io\\.github\\.compacter4j(?:\\.([a-z]\\w*))?[.\\w]*;");

  private static final Map<String, Set<String>> MAY_USE = readTable();

  private static Map<String, Set<String>> readTable() {
    Path page = Home.folder().orElseThrow().resolve("docs/architecture.md");
    Map<String, Set<String>> table = new TreeMap<>();
    try {
      for (String line : Files.readAllLines(page)) {
        Matcher row = ROW.matcher(line);
        if (row.matches()) {
          names(row.group(1)).forEach(room -> table.put(room, names(row.group(2))));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return table;
  }

  /** What stands in back quotes. */
  private static Set<String> names(String cell) {
    return Pattern.compile("`(\\w+)`")
        .matcher(cell)
        .results()
        .map(name -> name.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @ArchTest
  static void everyRoomIsInTheTable(JavaClasses classes) {
    SortedSet<String> rooms = new TreeSet<>();
    classes.forEach(each -> rooms.add(room(each)));
    rooms.remove("");
    assertEquals(MAY_USE.keySet(), rooms);
  }

  @ArchTest
  static void theTableHasNoCircle(JavaClasses classes) {
    MAY_USE.forEach(
        (room, nearest) -> {
          assertTrue(MAY_USE.keySet().containsAll(nearest), room + " may use " + nearest);
          assertFalse(reach(MAY_USE, room).contains(room), room + " may use itself");
        });
  }

  @ArchTest
  static void aRoomUsesThoseBelowIt(JavaClasses classes) {
    SortedSet<String> wrong = new TreeSet<>();
    for (JavaClass from : classes) {
      for (JavaClass to : used(from)) {
        if (!mayUse(room(from), room(to))) {
          wrong.add(
              "%s uses %s: %s names %s"
                  .formatted(
                      room(from), room(to), file(from).getSimpleName(), file(to).getSimpleName()));
        }
      }
    }
    assertEquals("", String.join("\n", wrong));
  }

  /** Compiled classes do not show where a constant came from, nor an import without use. */
  @ArchTest
  static void soDoesEveryImport(JavaClasses classes) throws IOException {
    Path sources = Home.folder().orElseThrow().resolve("src/main/java");
    SortedSet<String> wrong = new TreeSet<>();
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        String source = Files.readString(file);
        String from = source.lines().filter(PACKAGE.asMatchPredicate()).findFirst().orElseThrow();
        for (String line : source.lines().filter(IMPORT.asMatchPredicate()).toList()) {
          if (!mayUse(room(from, PACKAGE), room(line, IMPORT))) {
            wrong.add(file.getFileName() + ": " + line);
          }
        }
      }
    }
    assertEquals("", String.join("\n", wrong));
  }

  private static String room(String line, Pattern pattern) {
    Matcher matcher = pattern.matcher(line);
    assertTrue(matcher.matches());
    return matcher.group(1) == null ? "" : matcher.group(1);
  }

  @ArchTest
  static void filesOfARoomAreFreeOfCircles(JavaClasses classes) {
    SortedMap<String, Map<String, Set<String>>> rooms = new TreeMap<>();
    for (JavaClass from : classes) {
      Set<String> uses =
          rooms
              .computeIfAbsent(room(from), room -> new TreeMap<>())
              .computeIfAbsent(node(from), node -> new TreeSet<>());
      for (JavaClass to : used(from)) {
        if (room(to).equals(room(from)) && !node(to).equals(node(from))) {
          uses.add(node(to));
        }
      }
    }
    List<String> found = new ArrayList<>();
    rooms.forEach((room, uses) -> circles(uses).forEach(circle -> found.add(room + ": " + circle)));
    assertEquals("", String.join("\n", found));
  }

  @ArchTest
  static void aPackageHasFewFiles(JavaClasses classes) {
    SortedMap<String, Set<Class<?>>> files = new TreeMap<>();
    for (JavaClass each : classes) {
      files.computeIfAbsent(each.getPackageName(), name -> new HashSet<>()).add(file(each));
    }
    SortedMap<String, Integer> large = new TreeMap<>();
    files.forEach((name, all) -> large.put(name, all.size()));
    large.values().removeIf(size -> size <= MOST_FILES);
    assertEquals(Map.of(), large);
  }

  /** The classes of this project that this one names in any way. */
  private static List<JavaClass> used(JavaClass from) {
    return from.getDirectDependenciesFromSelf().stream()
        .map(dependency -> dependency.getTargetClass().getBaseComponentType())
        .filter(FloorsTest::isOurs)
        .toList();
  }

  private static boolean isOurs(JavaClass type) {
    return type.getPackageName().equals(ROOT) || type.getPackageName().startsWith(ROOT + ".");
  }

  /** The first part of the package's name behind the root's. */
  private static String room(JavaClass type) {
    String name = type.getPackageName();
    return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1).split("\\.")[0];
  }

  /** The root package is for all and uses none. */
  private static boolean mayUse(String from, String to) {
    return to.equals(from) || to.isEmpty() || reach(MAY_USE, from).contains(to);
  }

  /** The outermost class around this one; of a record that has a builder, the record. */
  private static Class<?> file(JavaClass type) {
    Class<?> outer = type.reflect();
    while (outer.getEnclosingClass() != null) {
      outer = outer.getEnclosingClass();
    }
    return builtBy(outer).orElse(outer);
  }

  private static Optional<Class<?>> builtBy(Class<?> type) {
    if (!type.getName().endsWith(BUILDER)) {
      return Optional.empty();
    }
    String record = type.getName().substring(0, type.getName().length() - BUILDER.length());
    try {
      return Optional.of(Class.forName(record, false, type.getClassLoader()))
          .filter(Class::isRecord)
          .map(found -> found);
    } catch (ClassNotFoundException e) {
      return Optional.empty(); // a builder of something else
    }
  }

  /** The name of the file within its room, for cases of a sealed type that of the sealed type. */
  private static String node(JavaClass type) {
    String name = sealed(file(type)).getName();
    return name.substring(name.indexOf(room(type)) + room(type).length() + 1);
  }

  private static Class<?> sealed(Class<?> type) {
    Stream<Class<?>> parents =
        Stream.concat(Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()));
    return parents
        .filter(parent -> parent.getPackageName().equals(type.getPackageName()))
        .map(FloorsTest::sealed)
        .filter(Class::isSealed)
        .findFirst()
        .orElse(type);
  }

  /** The groups of nodes that reach each other, a line each. */
  private static List<String> circles(Map<String, Set<String>> uses) {
    Map<String, Set<String>> reached = new TreeMap<>();
    uses.keySet().forEach(node -> reached.put(node, reach(uses, node)));
    SortedSet<String> groups = new TreeSet<>();
    reached.forEach(
        (node, all) -> {
          if (all.contains(node)) {
            groups.add(
                all.stream()
                    .filter(other -> reached.get(other).contains(node))
                    .collect(Collectors.joining(", ")));
          }
        });
    return List.copyOf(groups);
  }

  /** All that can be reached over at least one step. */
  private static SortedSet<String> reach(Map<String, Set<String>> uses, String from) {
    SortedSet<String> all = new TreeSet<>();
    Deque<String> open = new ArrayDeque<>(uses.getOrDefault(from, Set.of()));
    while (!open.isEmpty()) {
      String next = open.pop();
      if (all.add(next)) {
        open.addAll(uses.getOrDefault(next, Set.of()));
      }
    }
    return all;
  }
}
