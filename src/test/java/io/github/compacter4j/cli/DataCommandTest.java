package io.github.compacter4j.cli;

import static io.github.compacter4j.cli.Answer.here;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Home;
import io.github.compacter4j.RealData;
import io.github.compacter4j.download.FileServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command {@code data}: status, one document, one line of error. */
@Timeout(60)
class DataCommandTest {
  private static final String AX = "glue/data/AX.tsv";

  @TempDir Path folder;
  private final FileServer server = new FileServer();

  @AfterEach
  void close() {
    server.close();
  }

  private String[] fetch(String... more) {
    return Stream.concat(
            Stream.of(
                "data",
                "fetch",
                "--base",
                server.address(),
                "--to",
                folder.resolve("to").toString()),
            Stream.of(more))
        .toArray(String[]::new);
  }

  @Test
  void fetchesChecksAndThenDoesNothing() throws IOException {
    server.files.put(AX, Files.readAllBytes(RealData.require("glue/diagnostic/diagnostic.tsv")));
    Answer first = here(fetch("ax"));
    assertEquals(0, first.status(), first.err());
    assertTrue(first.out().startsWith("ax             fetched"), first.out());
    server.log.clear();
    JsonNode second = here(fetch("ax", "ax", "--json")).json();
    assertEquals(1, second.size());
    assertEquals("ax", second.get(0).path("task").asText());
    assertEquals(false, second.get(0).path("fetched").asBoolean(true));
    assertEquals(
        folder.resolve("to/glue/diagnostic").toString(), second.get(0).path("folder").asText());
    assertEquals(List.of(), server.log);
    JsonNode checked = here("data", "verify", folder.resolve("to").toString(), "--json").json();
    assertEquals("complete", checked.get(0).path("state").asText());
    assertEquals("official", checked.get(0).path("files").get(0).path("checksum").asText());
  }

  @Test
  void failuresAreOneLine() {
    String line = here(fetch("rte")).errorLine(1);
    assertTrue(line.contains("task rte, RTE.zip") && line.contains("status 404"), line);
    server.redirects.put("glue/data/WNLI.zip", "/glue/data/WNLI.zip");
    line = here(fetch("wnli")).errorLine(1);
    assertTrue(line.contains("more than 10 redirects"), line);
    server.files.put("glue/superglue/data/v2/CB.zip", new byte[10]);
    line = here(fetch("cb")).errorLine(1);
    assertTrue(line.contains("expected 75482 bytes, the server gives 10"), line);
    assertTrue(here(fetch("superglue")).errorLine(1).contains("task boolq"));
  }

  @Test
  void aDamagedTransferIsToldBehindItsProgress() {
    server.files.put("glue/superglue/data/v2/WSC.zip", new byte[32751]);
    Answer answer = here(fetch("wsc"));
    assertEquals(1, answer.status());
    String last = answer.err().lines().reduce((a, b) -> b).orElseThrow();
    assertTrue(
        last.startsWith("compacter4j: task wsc, WSC.zip: the bytes that came"), answer.err());
    assertTrue(last.contains("2ed6dfa94556b4a1"), last);
  }

  @ParameterizedTest
  @CsvSource({
    "data fetch, TASK",
    "data fetch rtee, did you mean 'rte'",
    "data fetch rte --base no/such/folder, expected an address or a folder",
    "data verify, DIR",
    "data lst, did you mean 'list'"
  })
  void wrongUsageHasStatusTwo(String command, String part) {
    String line = here(command.split(" ")).errorLine(2);
    assertTrue(line.contains(part), line);
  }

  @Test
  void listTellsWhatIsThereAndHowToGetTheRest() throws IOException {
    Path glue = Files.createDirectories(folder.resolve("glue_partial/SST-2"));
    for (String name : List.of("train.tsv", "dev.tsv")) {
      StringBuilder rows = new StringBuilder("sentence\tlabel\n");
      for (int i = 0; i < 1100; i++) {
        rows.append("It rained on day ").append(i).append(".\t").append(i % 2).append('\n');
      }
      Files.writeString(glue.resolve(name), rows);
    }
    JsonNode all = here("data", "list", "--data", folder.toString(), "--json").json();
    assertEquals(20, all.size());
    JsonNode sst2 = all.get(1);
    assertEquals("sst2", sst2.path("task").asText());
    assertEquals("glue_partial/SST-2", sst2.path("place").asText());
    assertEquals("partial", sst2.path("state").asText());
    assertEquals(100, sst2.path("rows").path("train").asInt());
    assertEquals(67349, sst2.path("files").get(0).path("officialRows").asInt());
    assertEquals("missing", all.get(0).path("state").asText());
    assertTrue(all.get(0).path("place").isNull());
    String text = here("data", "list", "--data", folder.toString()).out();
    assertTrue(text.contains("cola           nothing; ./compacter4j data fetch cola"), text);
  }

  @Test
  void verifyTellsAllAndFails() throws IOException {
    Path rte = Files.createDirectories(folder.resolve("glue/RTE"));
    for (String name : List.of("train.tsv", "dev.tsv")) {
      Files.writeString(
          rte.resolve(name),
          "index\tsentence1\tsentence2\tlabel\n0\ta\tb\tentailment\n1\ta\tb\tentailment\n");
    }
    Answer answer = here("data", "verify", folder.toString(), "--json");
    JsonNode status = answer.document().get(0);
    assertEquals(5, status.path("problems").size(), status.toString());
    String line = answer.errorLineBesideOutput(1);
    assertTrue(line.contains("5 problems; the first: glue/RTE/train.tsv: expected 2,490"), line);
    assertTrue(here("data", "list", "--data", folder.toString()).status() == 1);
    String nowhere = folder.resolve("nowhere").toString();
    assertTrue(here("data", "verify", nowhere).errorLine(1).contains(nowhere));
  }

  @Test
  void helpIsComplete() {
    assertTrue(here("data").out().contains("fetch"));
    assertTrue(here("data", "--help").out().contains("COMPACTER4J_CACHE"));
    String fetch = here("data", "fetch", "--help").out();
    for (String part : List.of("--to", "--base", "COMPACTER4J_DATA_BASE", "https.proxyHost")) {
      assertTrue(fetch.contains(part), fetch);
    }
    assertTrue(here("data", "verify", "--help").out().contains("status 1"));
    assertTrue(here("data", "list", "--help").out().contains("--json"));
    assertTrue(here("--help").out().contains("data "));
  }

  /** A process with the variables that name base and cache, as a user sets them. */
  @Test
  void trainFetchesWhenAsked() throws Exception {
    Path home = Home.folder().orElseThrow();
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + home.resolve("src/main/launch/jvm.options"),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "train",
            "--task",
            "rte",
            "--fetch");
    builder.environment().remove("COMPACTER4J_DATA");
    builder.environment().put("COMPACTER4J_DATA_BASE", server.address());
    builder.environment().put("COMPACTER4J_CACHE", folder.resolve("cache").toString());
    assertEquals(1, builder.redirectError(err.toFile()).start().waitFor());
    String line = Files.readString(err);
    assertTrue(line.startsWith("compacter4j: task rte, RTE.zip: expected its bytes from"), line);
    assertEquals(List.of("GET /glue/data/RTE.zip"), server.log);
    assertTrue(Files.exists(folder.resolve("cache/data/.downloads/glue-RTE.lock")));
  }
}
