package io.github.compacter4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What differs between two runs: settings, circumstances, results, losses and weights. */
public final class RunDifferences {
  private static final String ABSENT = "absent";

  /**
   * A difference.
   *
   * @param file the file of the run folder
   * @param field where in the file, with dots between levels
   * @param first its value in the first run
   * @param second its value in the second run
   */
  public record Difference(String file, String field, String first, String second) {
    /** The second is what is asked for, as a part of a message. */
    public String asked() {
      return "%s is %s there, %s asked for".formatted(field, first, second);
    }
  }

  private RunDifferences() {}

  /** All differences but time and memory, in the order of the files. */
  public static List<Difference> between(RunFolder first, RunFolder second) {
    List<Difference> all = new ArrayList<>();
    all.addAll(ofJson(first.config(), second.config()));
    all.addAll(ofJson(first.provenance(), second.provenance()));
    all.addAll(results(first, second));
    return all;
  }

  /**
   * The differences of what came out: results but time and memory, losses and weights. Where the
   * data lay counts for nothing: sums tell whether the files are others.
   */
  public static List<Difference> outcome(RunFolder first, RunFolder second) {
    return results(first, second).stream()
        .filter(difference -> !difference.field().equals("data.source"))
        .toList();
  }

  private static List<Difference> results(RunFolder first, RunFolder second) {
    List<Difference> all = new ArrayList<>();
    ofJson(first.resultFile(), second.resultFile()).stream()
        .filter(difference -> !difference.field().startsWith("measures."))
        .forEach(all::add);
    all.addAll(ofMetrics(first, second));
    all.addAll(ofBytes(first.adapter(), second.adapter()));
    return all;
  }

  /** The settings in which a run differs from what is asked for. */
  public static List<Difference> ofSettings(RunFolder run, RunConfig asked) {
    Map<String, String> right = new TreeMap<>();
    collect("", Json.tree(asked), right);
    return ofLeaves(run.config(), leaves(run.config()), right);
  }

  /** The settings of training in which one protocol differs from another, in a line. */
  public static String ofProtocols(Protocol there, Protocol asked) {
    Map<String, String> left = new TreeMap<>();
    Map<String, String> right = new TreeMap<>();
    collect("", Json.tree(there), left);
    collect("", Json.tree(asked), right);
    return ofLeaves(Path.of("protocol"), left, right).stream()
        .map(Difference::asked)
        .collect(Collectors.joining("; "));
  }

  private static List<Difference> ofJson(Path first, Path second) {
    return ofLeaves(first, leaves(first), leaves(second));
  }

  private static List<Difference> ofLeaves(
      Path first, Map<String, String> left, Map<String, String> right) {
    TreeSet<String> fields = new TreeSet<>(left.keySet());
    fields.addAll(right.keySet());
    return fields.stream()
        .map(field -> difference(first, field, left.get(field), right.get(field)))
        .filter(difference -> !difference.first().equals(difference.second()))
        .toList();
  }

  private static Difference difference(Path file, String field, String first, String second) {
    return new Difference(
        file.getFileName().toString(),
        field,
        first == null ? ABSENT : first,
        second == null ? ABSENT : second);
  }

  private static Map<String, String> leaves(Path file) {
    Map<String, String> leaves = new TreeMap<>();
    if (Files.exists(file)) {
      collect("", Json.read(file, JsonNode.class), leaves);
    }
    return leaves;
  }

  private static void collect(String path, JsonNode node, Map<String, String> leaves) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              e -> collect(path + (path.isEmpty() ? "" : ".") + e.getKey(), e.getValue(), leaves));
    } else {
      leaves.put(path, node.asText());
    }
  }

  /** The first step or evaluation that differs. */
  private static List<Difference> ofMetrics(RunFolder first, RunFolder second) {
    List<MetricsLine> left = first.readMetrics();
    List<MetricsLine> right = second.readMetrics();
    for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
      String a = i < left.size() ? Json.line(left.get(i)) : ABSENT;
      String b = i < right.size() ? Json.line(right.get(i)) : ABSENT;
      if (!a.equals(b)) {
        return List.of(new Difference("metrics.jsonl", "line " + (i + 1) + " is the first", a, b));
      }
    }
    return List.of();
  }

  private static List<Difference> ofBytes(Path first, Path second) {
    try {
      String a = Files.exists(first) ? Files.size(first) + " bytes" : ABSENT;
      String b = Files.exists(second) ? Files.size(second) + " bytes" : ABSENT;
      if (a.equals(b) && (a.equals(ABSENT) || Files.mismatch(first, second) < 0)) {
        return List.of();
      }
      return List.of(difference(first, "content", a, b));
    } catch (IOException e) {
      throw new UserException(first + " and " + second + ": cannot be compared", e);
    }
  }
}
