package io.github.compacter4j;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Environment variables as users mean them: a blank one is not set, a folder's is expanded. */
public final class Variables {
  private static final Pattern REFERENCE = Pattern.compile("\\$(?:(\\w+)|\\{([^}]*)\\})");

  private final Map<String, String> environment;

  /** The variables of an environment, such as {@code System.getenv()}. */
  public Variables(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** The text of a variable without blanks around it; empty where it is unset or blank. */
  public Optional<String> text(String name) {
    return Optional.ofNullable(environment.get(name)).map(String::strip).filter(s -> !s.isEmpty());
  }

  /** The absolute path that a variable names, expanded as by {@link #path}. */
  public Optional<Path> folder(String name) {
    return text(name).map(this::path);
  }

  /**
   * An absolute path. As Python's clients do, a leading {@code ~} becomes the user's home, and
   * {@code $NAME} and <code>${NAME}</code> the variables' values; those that are not set stay.
   */
  public Path path(String text) {
    boolean inHome = text.equals("~") || text.startsWith("~/");
    // Java takes user.home from the password file, users expect HOME.
    String user = text("HOME").orElseGet(() -> System.getProperty("user.home"));
    String whole = inHome ? user + text.substring(1) : text;
    String expanded = REFERENCE.matcher(whole).replaceAll(this::value);
    return Path.of(expanded).toAbsolutePath().normalize();
  }

  private String value(MatchResult reference) {
    String name = reference.group(1) == null ? reference.group(2) : reference.group(1);
    return Matcher.quoteReplacement(environment.getOrDefault(name, reference.group()));
  }
}
