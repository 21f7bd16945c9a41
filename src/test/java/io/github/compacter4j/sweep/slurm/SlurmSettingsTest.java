package io.github.compacter4j.sweep.slurm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import io.github.compacter4j.sweep.Sweep;
import io.github.compacter4j.sweep.TinySweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlurmSettingsTest {
  @TempDir Path folder;

  private SlurmSettings complete(String section) {
    Path yaml = TinySweep.yaml(folder, "methods: [bitfit]", section);
    Map<String, String> environment = Map.of("XDG_CONFIG_HOME", folder.toString());
    return SlurmSettings.complete(Sweep.read(yaml).slurm(), environment);
  }

  @Test
  void theSweepsFileComesBeforeTheUsersOwn() throws IOException {
    Path users = folder.resolve("compacter4j/slurm.yaml");
    Files.createDirectories(users.getParent());
    Files.writeString(users, "partition: gpu\ncpus: 8\nsetup: module load cuda\n");
    SlurmSettings settings = complete("slurm: {cpus: 2, time: 10:00:00, gres: \"gpu:1\"}");
    assertEquals(List.of("module load cuda"), settings.setup());
    assertEquals(300, settings.warn());
    assertEquals(
        List.of(
            "--partition=gpu",
            "--nodes=1",
            "--ntasks=1",
            "--cpus-per-task=2",
            "--gres=gpu:1",
            "--time=10:00:00"),
        settings.resources());
    Files.writeString(users, "partitoin: gpu\n");
    String message = assertThrows(UserException.class, () -> complete("")).getMessage();
    String expected = users + ", line 1: unknown key 'partitoin'; did you mean 'partition'?";
    assertTrue(message.startsWith(expected), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\\n  partitoin: gpu};, line 5: unknown key 'partitoin'; did you mean 'partition'?",
        "{cpus: many};, line 4: slurm.cpus: expected a whole number of up to 2147483647, found \"many\"",
        "{cpus: 0};slurm: cpus is 0, expected at least 1",
        "{time: soon};slurm: time: expected a limit such as 04:00:00 or 1-12:00:00, found 'soon'",
        "{time: 5};slurm: time 5 leaves no time to train",
        "{time: \"0:59\", warn: 5};slurm: time 0:59 leaves no time to train",
        "{extra: constraint=a100};expected options of sbatch such as --constraint=a100",
        "5;, line 4: slurm: expected the keys partition, account"
      })
  void wrongSettingsAreNamed(String section, String expected) {
    String message =
        assertThrows(UserException.class, () -> complete("slurm: " + section.translateEscapes()))
            .getMessage();
    assertTrue(message.contains(expected), message);
  }

  @ParameterizedTest
  @CsvSource({
    "90, 5400",
    "1:30, 90",
    "04:00:00, 14400",
    "1-12, 129600",
    "1-12:30, 131400",
    "0-0:0:7, 7"
  })
  void limitsAsSlurmWritesThem(String text, long seconds) {
    assertEquals(seconds, SlurmTime.seconds(text));
  }

  @Test
  void arraysAsFewAsSlurmAllowsShareWhatRunsAtATime() {
    List<JobArray> arrays = JobArray.split(2500, 1001);
    assertEquals(List.of(0, 1001, 2002), arrays.stream().map(JobArray::first).toList());
    assertEquals(
        List.of("--array=0-1000%4", "--array=0-1000%4", "--array=0-497%1"),
        arrays.stream().map(array -> array.option(10, 2500)).toList());
    assertEquals("--array=0", JobArray.split(1, 1001).get(0).option(null, 1));
  }

  @Test
  void filesThatStandBesideTheSettingsAreFoundFromEverywhere() throws IOException {
    Path users = folder.resolve("compacter4j/slurm.yaml");
    Files.createDirectories(users.getParent());
    Path image = Files.createFile(users.resolveSibling("c4j.sif"));
    Files.writeString(users, "prefix: apptainer exec --nv c4j.sif\n");
    Path java = Files.createFile(folder.resolve("java-21"));
    SlurmSettings settings = complete("slurm: {java: java-21}");
    assertEquals("apptainer exec --nv " + image, settings.prefix());
    assertEquals(java.toString(), settings.java());
    assertEquals("java", complete("slurm: {java: java}").java());
  }
}
