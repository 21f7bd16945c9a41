package io.github.compacter4j.hub;

import io.github.compacter4j.UserException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the environment says about the hub, by the variables that Python's client reads. */
final class HubSettings {
  private static final String DEFAULT_ENDPOINT = "https://huggingface.co";
  private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");

  private final Map<String, String> environment;

  HubSettings(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** The folder of all cached repositories. */
  Path root() {
    return variable("HF_HUB_CACHE").map(this::path).orElseGet(() -> home().resolve("hub"));
  }

  /** The server, without a slash at the end. */
  URI endpoint() {
    String text = variable("HF_ENDPOINT").orElse(DEFAULT_ENDPOINT).replaceFirst("/+$", "");
    try {
      URI uri = new URI(text);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      boolean bare = uri.getUserInfo() == null && uri.getQuery() == null;
      if (web && bare && uri.getHost() != null && uri.getFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // told below, without the text: it may hold a password
    }
    throw new UserException(
        "HF_ENDPOINT: expected an address such as " + DEFAULT_ENDPOINT + " without user or query");
  }

  /** The access token, from {@code HF_TOKEN} or the file that Python's login writes. */
  Optional<String> token() {
    Optional<String> token = variable("HF_TOKEN");
    Path file = home().resolve("token");
    if (token.isEmpty() && Files.isRegularFile(file)) {
      try {
        token = Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty());
      } catch (IOException e) {
        throw new UserException(file + ": cannot read the hub's token", e);
      }
    }
    if (token.isPresent() && !token.get().chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new UserException(
          "the hub's token (HF_TOKEN or " + file + ") holds characters that no token has");
    }
    return token;
  }

  /** The variable that forbids requests, as {@code NAME=value}; empty where they are allowed. */
  Optional<String> offline() {
    for (String name : new String[] {"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"}) {
      Optional<String> value = variable(name);
      if (value.isPresent()) {
        return value
            .filter(text -> TRUE.contains(text.toUpperCase(Locale.ROOT)))
            .map(text -> name + "=" + text);
      }
    }
    return Optional.empty();
  }

  private Path home() {
    return variable("HF_HOME")
        .map(this::path)
        .orElseGet(
            () ->
                variable("XDG_CACHE_HOME")
                    .map(this::path)
                    .orElseGet(() -> path("~/.cache"))
                    .resolve("huggingface"));
  }

  private Path path(String text) {
    boolean inHome = text.equals("~") || text.startsWith("~/");
    String user = variable("HOME").orElseGet(() -> System.getProperty("user.home"));
    return Path.of(inHome ? user + text.substring(1) : text).toAbsolutePath().normalize();
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).map(String::strip).filter(s -> !s.isEmpty());
  }
}
