package io.github.compacter4j.methods;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.compacter4j.UserException;
import io.github.compacter4j.t5.T5Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page on methods has every option, with the value that it has by default. */
class MethodsPageTest {
  private static final Pattern OPTION = Pattern.compile("`([a-zA-Z]+)(?:=([^`|\\\\]+)[^`]*)?`");

  /** The options of each method, by the rows of the page's last table. */
  static Map<String, String> rows() throws IOException {
    String page = Files.readString(Path.of("docs/methods.md"));
    String table = page.substring(page.indexOf("## Options"), page.indexOf("## What a step takes"));
    Map<String, String> rows = new LinkedHashMap<>();
    table
        .lines()
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.substring(2).split(" \\| ", 2))
        .forEach(
            cells -> {
              for (String name : cells[0].split(", ")) {
                rows.put(name.replace("`", ""), cells[1]);
              }
            });
    return rows;
  }

  static Set<String> names() {
    return new TreeSet<>(Methods.names());
  }

  @ParameterizedTest
  @MethodSource("names")
  void hasTheOptionsOf(String method) throws IOException {
    Map<String, String> options = new LinkedHashMap<>();
    OPTION
        .matcher(rows().get(method))
        .results()
        .filter(found -> !Methods.names().contains(found.group(1)) || found.group(2) != null)
        .forEach(found -> options.put(found.group(1), found.group(2)));
    assertEquals(known(method), options.keySet().stream().sorted().toList().toString());
    MethodSpec spec = MethodSpec.of(method);
    for (Map.Entry<String, String> option : options.entrySet()) {
      if (option.getValue() != null) {
        spec = spec.with(option.getKey(), option.getValue());
      }
    }
    assertEquals(resolved(MethodSpec.of(method)), resolved(spec));
  }

  private static MethodSpec resolved(MethodSpec spec) {
    return Methods.of(spec).resolve(T5Config.base()).spec();
  }

  /** What the message on an unknown option lists, without the norms of further methods. */
  private static String known(String method) {
    UserException unknown =
        assertThrows(UserException.class, () -> Methods.parse(method + "[unheardOf=1]"));
    MatchResult list =
        Pattern.compile("[Kk]nown: (.*)")
            .matcher(unknown.getMessage())
            .results()
            .findFirst()
            .orElse(null);
    if (list == null) {
      return "[]"; // takes no options
    }
    Set<String> known = new TreeSet<>(Set.of(list.group(1).split(" ")));
    if (Methods.entry(method).kind() == MethodEntry.Kind.FURTHER) {
      known.remove("norms");
    }
    return known.toString();
  }
}
