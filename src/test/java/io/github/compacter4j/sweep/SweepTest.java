package io.github.compacter4j.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.Home;
import io.github.compacter4j.UserException;
import io.github.compacter4j.run.RunLock;
import io.github.compacter4j.sweep.CellState.Status;
import io.github.compacter4j.torch.OneThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tech.tablesaw.api.Table;

@ExtendWith(OneThread.class)
class SweepTest {
  @TempDir Path folder;

  private static List<String> names(Sweep sweep) {
    return sweep.cells().stream().map(Cell::name).toList();
  }

  @Test
  void aCellForEveryCombination() {
    Sweep sweep =
        Sweep.of("bundled")
            .methods("full", "compacter++[n=2]")
            .tasks("sst2", "mrpc")
            .sizes(100)
            .seeds(1, 2)
            .with("learningRate", 1e-3, 3e-3)
            .with("epochs", 5);
    List<String> names = names(sweep);
    assertEquals(16, names.size());
    assertEquals("sst2-100/full-learningRate=0.001-s1", names.get(0));
    assertEquals("mrpc-100/compacter++-n=2-learningRate=0.003-s2", names.get(15));
    Cell cell = sweep.cells().get(15);
    assertEquals(3e-3, cell.protocol().learningRate());
    assertEquals(5, cell.protocol().epochs());
    assertEquals("small", cell.protocol().name());
    assertEquals(100, cell.task().maxTrainSamples().orElseThrow());
    assertEquals(42, cell.task().dataSeed());
    assertEquals(2, sweep.dataSeedOfRun().cells().get(15).task().dataSeed());
    assertEquals(7, sweep.dataSeed(7).cells().get(15).task().dataSeed());
  }

  @Test
  void readsAll() throws IOException {
    Path file = folder.resolve("all.yaml");
    Files.writeString(
        file,
        """
        model: t5-base
        methods: [bitfit, "phm[n=4]"]
        tasks: [rte, sst2: [100, 200], mrpc: 50]
        sizes: 300
        seeds: [1]
        dataSeed: run
        protocol: small
        settings: {learningRate: [1e-3, 2.0e-3], groupByLength: true}
        precision: bf16
        data: somewhere
        """);
    Sweep sweep = Sweep.read(file);
    assertEquals(16, sweep.cells().size());
    assertTrue(sweep.folder().endsWith(Path.of("runs", "all")), sweep.folder().toString());
    assertEquals("t5-base", sweep.model());
    Cell last = sweep.cells().get(15);
    assertEquals("mrpc-50/phm-n=4-learningRate=0.002-s1", last.name());
    assertEquals("rte-300/bitfit-learningRate=0.001-s1", sweep.cells().get(0).name());
    assertEquals("bf16", last.precision());
    assertEquals(folder.resolve("somewhere"), last.data());
    assertTrue(last.protocol().groupByLength());
    assertEquals(1, last.task().dataSeed());
  }

  @Test
  void encodersHavePoolingAndOthersNone() throws IOException {
    Path file = folder.resolve("cls.yaml");
    String cells = "methods: [head]\ntasks: [sst2]\npooling: %s\n";
    Files.writeString(file, "model: minilm\n" + cells.formatted("cls"));
    assertEquals("cls", Sweep.read(file).cells().get(0).pooling());
    Files.writeString(file, "model: minilm\n" + cells.formatted("max"));
    assertRefused(file, "unknown pooling 'max'");
    Files.writeString(file, cells.formatted("cls"));
    assertRefused(file, "model bundled is no encoder");
  }

  private static void assertRefused(Path file, String message) {
    String told = assertThrows(UserException.class, () -> Sweep.read(file)).getMessage();
    assertTrue(told.contains(message), told);
  }

  /** The tables of the paper, and our own. */
  static Stream<Path> shipped() throws IOException {
    return Files.list(Home.folder().orElseThrow().resolve("docs/sweeps"));
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void shippedSweepsCanBeRead(Path file) {
    assertFalse(Sweep.read(file).cells().isEmpty());
  }

  @Test
  void theCellsOfOurOwnSweepsHaveTheNamesOfTheirRuns() {
    Path sweeps = Home.folder().orElseThrow().resolve("docs/sweeps");
    List<String> small = names(Sweep.read(sweeps.resolve("small.yaml")));
    assertEquals(72, small.size());
    assertTrue(small.containsAll(List.of("sst2-10000/compacter++-s42", "mrpc/full-s44")));
    List<String> low = names(Sweep.read(sweeps.resolve("low-resource-small.yaml")));
    assertEquals(45, low.size());
    assertTrue(low.contains("sst2-500/adapter-s43"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "metods: [full];unknown key 'metods'; did you mean 'methods'?",
        "methods: [ful];, line 1: methods: unknown method 'ful'; did you mean 'full'?",
        "methods: [full;, line 2: expected YAML: lines of 'key: value'",
        "tasks: [sst3];, line 1: tasks: unknown task 'sst3'; did you mean 'sst2'?",
        "tasks: [sst2: many];, line 1: tasks: sst2: expected numbers of rows",
        "sizes: [0];training samples: expected at least 1, found 0",
        "sizes: [10.5];, line 1: sizes: expected a whole number of up to 2147483647, or a list of such, found [10.5]",
        "seeds: [1, x];, line 1: seeds: expected a whole number, or a list of such, found [1,\"x\"]",
        "sizes: 99999999999;, line 1: sizes: expected a whole number of up to 2147483647",
        "settings: 5;, line 1: settings: expected keys, each with a value, found 5",
        "seeds: [~];, line 1: seeds: expected a whole number",
        "methods: ~;by the keys methods, tasks; found no 'methods'",
        "seeds: [];a sweep needs methods, tasks and seeds",
        "seeds: [1, 1];two cells are named sst2/full-s1",
        "settings: {learningrate: 1};unknown protocol setting 'learningrate'; did you mean 'learningRate'?",
        "settings: {epochs: many};protocol setting epochs: expected a whole number of up to 2147483647, found 'many'",
        "settings: {epochs: 0};, line 1: settings: epochs is 0, expected at least 1",
        "protocol: papre;did you mean 'paper'?",
        "precision: fp32;unknown precision",
        "budget: 0;, line 1: budget: expected a number of parameters from 1 up, or a method",
        "budget: 1.5e4;, line 1: budget: expected a number of parameters from 1 up",
        "budget: compactor;, line 1: budget: unknown method 'compactor'; did you mean 'compacter'?",
        "budget: 100;, line 1: budget: no method is left to run; left out at a budget of 100: full: it trains",
        "norms: some;, line 1: norms: unknown value of norms 'some'",
        "beside: [lara];, line 1: beside: unknown method 'lara'; did you mean 'lora'?",
        "dataSeed: seed;, line 1: dataSeed: expected a number or run, found 'seed'"
      })
  void wrongFilesAreNamed(String line, String expected) throws IOException {
    Path file = folder.resolve("wrong.yaml");
    String rest = line.startsWith("methods") ? "" : "\nmethods: [full]";
    String tasks = line.startsWith("tasks") ? "" : "\ntasks: [sst2]";
    Files.writeString(file, line + rest + tasks + "\n");
    String message = assertThrows(UserException.class, () -> Sweep.read(file)).getMessage();
    assertTrue(message.startsWith(file.toString()), message);
    assertTrue(message.contains(expected), message);
  }

  @Test
  void aFailureIsReportedAndTheRestIsDone() throws IOException {
    Path yaml = TinySweep.yaml(folder, "methods: [\"phm[n=7]\", bitfit]");
    Path runs = folder.resolve("runs");
    SweepState end = Sweep.read(yaml).in(runs).run();
    assertEquals("1 done, 1 impossible", end.counts());
    Table table = end.table();
    assertEquals("soup/phm-n=7-s42", table.getString(0, "cell"));
    assertTrue(table.getString(0, "note").startsWith("d_model 192 is not divisible by n=7"));
    assertEquals("done", table.getString(1, "state"));
    assertEquals(1, end.finished().size());
    assertTrue(Files.exists(runs.resolve("soup/phm-n=7-s42/failure.json")));
    // once mended, the same folder goes on
    Path mended = runs.resolve("soup/phm-n=7-s42");
    Files.move(mended, runs.resolve("soup/bitfit-s43"));
    TinySweep.yaml(folder, "methods: [bitfit]", "seeds: [42, 43]");
    assertEquals("2 done", Sweep.read(yaml).in(runs).run().counts());
  }

  @Test
  void aFinishedRunWithOtherSettingsIsNotTaken() {
    Path yaml = TinySweep.yaml(folder, "methods: [bitfit]");
    Path runs = folder.resolve("runs");
    Sweep sweep = Sweep.read(yaml).in(runs);
    assertEquals(1, sweep.run().results().size());
    SweepState other = sweep.with("dropout", 0.3).run();
    CellState cell = other.cells(Status.FAILED).get(0);
    assertTrue(cell.note().startsWith("soup/bitfit-s42 holds a result with another protocol"));
    assertTrue(
        cell.note().contains(": dropout is ") && cell.note().contains(" there, 0.3 asked for"));
    assertEquals(1, sweep.state().results().size());
  }

  @Test
  void aFinishedRunOfAnotherModelOrWithOtherOptionsIsNotTaken() throws IOException {
    Path yaml = TinySweep.yaml(folder, "methods: [\"bitfit[finalNorms=true]\"]");
    Sweep sweep = Sweep.read(yaml).in(folder.resolve("runs"));
    assertEquals("1 done", sweep.run().counts());
    Path result = sweep.folder().resolve("soup/bitfit-finalNorms=true-s42/result.json");
    String sound = Files.readString(result);
    Files.writeString(result, sound.replace("\"bundled\"", "\"a/t5-small\""));
    assertFailed(sweep, "another model: model is t5-small there, bundled asked for");
    Files.writeString(result, sound.replace("\"bundled\"", "\"/moved/bundled\""));
    assertEquals("1 done", sweep.state().counts());
    Files.writeString(result, sound.replace("bitfit[finalNorms=true]", "bitfit"));
    assertFailed(sweep, "finalNorms is not set there, true asked for");
  }

  private static void assertFailed(Sweep sweep, String note) {
    CellState cell = sweep.state().cells(Status.FAILED).get(0);
    assertTrue(cell.note().contains(note), cell.note());
  }

  @Test
  void aCellOfAMachineThatDiedIsTakenUp() throws IOException {
    Path yaml = TinySweep.yaml(folder, "methods: [bitfit]");
    Sweep sweep = Sweep.read(yaml).in(folder.resolve("runs"));
    Path cell = Files.createDirectories(sweep.folder().resolve("soup/bitfit-s42"));
    Path owner = cell.resolve("run.lock.owner");
    String elsewhere =
        "{\"host\":\"h\",\"machine\":\"before it was started again\",\"pid\":7,\"started\":1}";
    try (RunLock lock = RunLock.take(cell)) {
      Files.writeString(owner, elsewhere);
      assertEquals("1 running", sweep.state().counts());
    }
    Files.writeString(cell.resolve("run.lock"), "");
    Files.writeString(owner, elsewhere);
    assertEquals("1 left", sweep.state().counts());
    assertFalse(Files.exists(owner));
  }

  @Test
  void aDamagedFailureIsAFailureAndIsTriedAgain() throws IOException {
    Path yaml = TinySweep.yaml(folder, "methods: [bitfit]");
    Sweep sweep = Sweep.read(yaml).in(folder.resolve("runs"));
    Path cell = Files.createDirectories(sweep.folder().resolve("soup/bitfit-s42"));
    Files.createFile(cell.resolve("failure.json"));
    assertFailed(sweep, "failure.json: cannot be read");
    assertEquals("1 done", sweep.run().counts());
  }

  @Test
  void relativePathsStartBesideTheFile() throws IOException {
    Path other = Files.createDirectories(folder.resolve("other"));
    TinySweep.task(folder);
    Files.createDirectories(other.resolve("model"));
    Files.writeString(other.resolve("model/config.json"), "{\"model_type\": \"t5\"}");
    Path file =
        Files.writeString(
            other.resolve("sweep.yaml"),
            """
            model: model
            methods: [bitfit]
            tasks: [../soup.yaml, ../soup.yaml: 4]
            data: ../rows
            """);
    Sweep sweep = Sweep.read(file);
    assertEquals(other.resolve("model").toString(), sweep.model());
    Cell cell = sweep.cells().get(1);
    assertEquals(folder.resolve("soup.yaml").toString(), cell.task().reference());
    assertEquals(folder.resolve("rows"), cell.data());
    Path copy = Files.copy(file, Files.createDirectories(folder.resolve("a/b")).resolve("c.yaml"));
    assertEquals(names(sweep), names(Sweep.read(copy, other)));
    Files.writeString(copy, "methods: [bitfit]\ntasks: [../soup.yaml]\n");
    String task = assertThrows(UserException.class, () -> Sweep.read(copy)).getMessage();
    String looked = folder.resolve("a/soup.yaml") + ": expected a YAML file that defines a task";
    assertTrue(task.contains(", line 2: tasks: " + looked), task);
    Files.writeString(copy, "model: ./model\nmethods: [bitfit]\ntasks: [sst2]\n");
    String model = assertThrows(UserException.class, () -> Sweep.read(copy)).getMessage();
    assertTrue(model.contains("model folder " + folder.resolve("a/b/model") + " does not exist"));
  }
}
