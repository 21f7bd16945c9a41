package io.github.compacter4j.hub;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.Variables;
import io.github.compacter4j.download.DownloadLimits;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the environment says about the hub, by the variables that Python's client reads. */
final class HubSettings {
  private static final String DEFAULT_ENDPOINT = "https://huggingface.co";
  private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");

  private final Variables variables;

  HubSettings(Map<String, String> environment) {
    this.variables = new Variables(environment);
  }

  /** The folder of all cached repositories. */
  Path root() {
    return variables
        .folder("HF_HUB_CACHE")
        .or(() -> variables.folder("HUGGINGFACE_HUB_CACHE")) // its older name
        .orElseGet(() -> home().resolve("hub"));
  }

  /** The server, without a slash at the end. */
  URI endpoint() {
    String text = variables.text("HF_ENDPOINT").orElse(DEFAULT_ENDPOINT).replaceFirst("/+$", "");
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

  /**
   * The access token, from {@code HF_TOKEN} or the file that Python's login writes; empty too where
   * {@code HF_HUB_DISABLE_IMPLICIT_TOKEN} keeps it from being sent.
   */
  Optional<String> token() {
    if (isTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
      return Optional.empty();
    }
    Optional<String> token =
        variables.text("HF_TOKEN").or(() -> variables.text("HUGGING_FACE_HUB_TOKEN"));
    Path file = variables.folder("HF_TOKEN_PATH").orElseGet(() -> home().resolve("token"));
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
      Optional<String> value = variables.text(name);
      if (value.isPresent()) {
        return value.filter(HubSettings::isTrueText).map(text -> name + "=" + text);
      }
    }
    return Optional.empty();
  }

  /** How patient a question about a file is, by {@code HF_HUB_ETAG_TIMEOUT}. */
  DownloadLimits ofQuestions(DownloadLimits usual) {
    return patience("HF_HUB_ETAG_TIMEOUT", usual);
  }

  /** How patient a download is, by {@code HF_HUB_DOWNLOAD_TIMEOUT}. */
  DownloadLimits ofDownloads(DownloadLimits usual) {
    return patience("HF_HUB_DOWNLOAD_TIMEOUT", usual);
  }

  private DownloadLimits patience(String name, DownloadLimits usual) {
    Optional<String> text = variables.text(name);
    if (text.isPresent() && !text.get().matches("\\d{1,6}")) {
      throw new UserException(
          "%s: expected whole seconds such as 30, found '%s'"
              .formatted(name, Names.shortened(text.get())));
    }
    return text.map(Integer::valueOf)
        .filter(seconds -> seconds > 0) // as Python, which takes its own value for 0
        .map(seconds -> usual.withPatience(Duration.ofSeconds(seconds)))
        .orElse(usual);
  }

  /** Whether {@code HF_HUB_DISABLE_PROGRESS_BARS} hides how far downloads are. */
  boolean hidesProgress() {
    return isTrue("HF_HUB_DISABLE_PROGRESS_BARS");
  }

  private Path home() {
    return variables
        .folder("HF_HOME")
        .or(() -> variables.folder("XDG_CACHE_HOME").map(cache -> cache.resolve("huggingface")))
        .orElseGet(() -> variables.path("~/.cache/huggingface"));
  }

  private boolean isTrue(String name) {
    return variables.text(name).filter(HubSettings::isTrueText).isPresent();
  }

  private static boolean isTrueText(String text) {
    return TRUE.contains(text.toUpperCase(Locale.ROOT));
  }
}
