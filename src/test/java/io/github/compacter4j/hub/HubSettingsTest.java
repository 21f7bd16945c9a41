package io.github.compacter4j.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.compacter4j.UserException;
import io.github.compacter4j.download.DownloadLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubSettingsTest {
  @TempDir Path folder;

  @Test
  void theCacheLiesWherePythonsClientLooks() {
    assertRoot("/h/.cache/huggingface/hub", Map.of());
    assertRoot("/x/huggingface/hub", Map.of("XDG_CACHE_HOME", "/x"));
    assertRoot("/f/hub", Map.of("XDG_CACHE_HOME", "/x", "HF_HOME", "/f"));
    assertRoot("/old", Map.of("HF_HOME", "/f", "HUGGINGFACE_HUB_CACHE", "/old"));
    assertRoot("/new", Map.of("HF_HUB_CACHE", "/new", "HUGGINGFACE_HUB_CACHE", "/old"));
  }

  @Test
  void variablesInsideFoldersAreExpanded() {
    assertRoot("/s/hf/hub", Map.of("SCRATCH", "/s", "HF_HOME", "$SCRATCH/hf"));
    assertRoot(
        "/s/me/hub", Map.of("SCRATCH", "/s", "U", "me", "HF_HUB_CACHE", "${SCRATCH}/$U/hub"));
    assertRoot("/s/old", Map.of("SCRATCH", "/s", "HUGGINGFACE_HUB_CACHE", "$SCRATCH/old"));
    assertRoot("/h/x/huggingface/hub", Map.of("XDG_CACHE_HOME", "~/x"));
    assertRoot("/a/$NOT_SET/hub", Map.of("HF_HOME", "/a/$NOT_SET"));
    assertRoot("/a$b/hub", Map.of("D", "a$b", "HF_HOME", "/$D"));
  }

  @Test
  void theTokenIsFoundWherePythonsClientLooks() throws IOException {
    Path file = Files.writeString(folder.resolve("mine"), "from-file\n");
    Map<String, String> path = Map.of("DIR", folder.toString(), "HF_TOKEN_PATH", "$DIR/mine");
    assertEquals(Optional.of("from-file"), new HubSettings(path).token());
    Map<String, String> older =
        Map.of("HUGGING_FACE_HUB_TOKEN", "older", "HF_TOKEN_PATH", file.toString());
    assertEquals(Optional.of("older"), new HubSettings(older).token());
    Map<String, String> kept = Map.of("HF_TOKEN", "t", "HF_HUB_DISABLE_IMPLICIT_TOKEN", "yes");
    assertEquals(Optional.empty(), new HubSettings(kept).token());
  }

  private static void assertRoot(String expected, Map<String, String> environment) {
    Map<String, String> whole = new HashMap<>(Map.of("HOME", "/h"));
    whole.putAll(environment);
    assertEquals(Path.of(expected), new HubSettings(whole).root());
  }

  @Test
  void patienceIsThatOfPythonsVariables() {
    DownloadLimits usual = DownloadLimits.USUAL;
    HubSettings none = new HubSettings(Map.of("HF_HUB_ETAG_TIMEOUT", "0"));
    assertEquals(usual, none.ofQuestions(usual));
    assertEquals(usual, none.ofDownloads(usual));
    HubSettings both =
        new HubSettings(Map.of("HF_HUB_ETAG_TIMEOUT", "30", "HF_HUB_DOWNLOAD_TIMEOUT", "120"));
    assertEquals(Duration.ofSeconds(30), both.ofQuestions(usual).silence());
    assertEquals(Duration.ofSeconds(120), both.ofDownloads(usual).silence());
    assertEquals(usual.attempts(), both.ofDownloads(usual).attempts());
    HubSettings wrong = new HubSettings(Map.of("HF_HUB_DOWNLOAD_TIMEOUT", "2 minutes"));
    String message = assertThrows(UserException.class, () -> wrong.ofDownloads(usual)).getMessage();
    assertEquals(
        "HF_HUB_DOWNLOAD_TIMEOUT: expected whole seconds such as 30, found '2 minutes'", message);
  }
}
